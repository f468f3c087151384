# GRUs and plain recurrent networks: next numbers of a sine, counting, and a cell with a learned first state.
import math

import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)  # So that differences of rounding stay small.
wave = torch.tensor([math.sin(0.6 * i) for i in range(9)]).reshape(9, 1, 1)


class Forecaster(nn.Module):
    def __init__(self, layer):
        super().__init__()
        self.layer = layer
        self.head = nn.Linear(layer.hidden_size, 1)

    def forward(self, x, state=None):
        output, state = self.layer(x, state)
        return self.head(output), state


for layer in (nn.GRU(1, 2), nn.RNN(1, 3), nn.RNN(1, 3, nonlinearity="relu", bias=False), nn.GRU(1, 2, num_layers=2)):
    model = Forecaster(layer)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    losses = []
    for _ in range(3):
        optimizer.zero_grad()
        predicted, _ = model(wave[:-1])
        loss = nn.functional.mse_loss(predicted, wave[1:])
        loss.backward()
        optimizer.step()
        losses.append(round(loss.item(), 4))
    print(layer, losses)
    with torch.no_grad():
        x, state = wave[:1], None
        for _ in range(3):
            x, state = model(x, state)
        print(x.item().__round__(4), state.shape)

cell = nn.GRUCell(2, 2)
first = nn.Parameter(torch.zeros(2))
state = first
for x in torch.randn(3, 2):
    state = cell(x, state)
state.sum().backward()
print(first.grad, cell.bias_ih.grad)

both = nn.GRU(2, 2, bidirectional=True, batch_first=True)
x = torch.randn(1, 3, 2, requires_grad=True)
output, hidden = both(x)
output.prod(-1).sum().backward()
print(x.grad, hidden.shape, output._is_view())
rows = nn.utils.rnn.pad_sequence([x[0, :2], x[0]], batch_first=True, padding_value=-1.0)
rows.square().sum().backward()
print(rows, x.grad)
