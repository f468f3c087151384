# An LSTM on sequences of several lengths: packed, of two layers and two directions, then step by step with a cell.
import torch
from torch import nn
from torch.nn.utils.rnn import pack_sequence, pad_packed_sequence

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)  # So that differences of rounding stay small.


class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(6, 3, padding_idx=0)
        self.lstm = nn.LSTM(3, 2, num_layers=2, bidirectional=True, dropout=0.2)
        self.head = nn.Linear(4, 2)

    def forward(self, sentences):
        packed = pack_sequence([self.embedding(sentence) for sentence in sentences], enforce_sorted=False)
        output, (hidden, cell) = self.lstm(packed)
        padded, lengths = pad_packed_sequence(output, batch_first=True)
        return self.head(padded), lengths, hidden


sentences = [torch.tensor([1, 2]), torch.tensor([3, 1, 4]), torch.tensor([5])]
tags = torch.tensor([[0, 1, -100], [1, 0, 1], [1, -100, -100]])
model = Tagger()
print(model)
optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
for step in range(3):
    optimizer.zero_grad()
    scores, lengths, hidden = model(sentences)
    loss = nn.functional.cross_entropy(scores.flatten(0, 1), tags.flatten())
    loss.backward()
    optimizer.step()
    print(step, f"{loss.item():.4f}", lengths.tolist(), tuple(hidden.shape))
print(model.eval()(sentences)[0])

cell = nn.LSTMCell(2, 2)
state = (torch.zeros(1, 2), torch.zeros(1, 2))
outputs = []
for x in torch.randn(3, 1, 2):
    state = cell(x, state)
    outputs.append(state[0])
loss = torch.stack(outputs).square().sum() + state[1].sum()
loss.backward()
print(loss.item(), cell.weight_hh.grad)

single = nn.LSTM(2, 2, batch_first=True, proj_size=1)
x = torch.randn(2, 3, 2, requires_grad=True)
out, _ = single(x)
(grad,) = torch.autograd.grad(out.sum(), x, create_graph=True)
grad.square().sum().backward()
print(single.weight_ih_l0.grad.norm(), x.grad.norm())
