import torch
from torch import nn

torch.manual_seed(0)
cell = nn.RNNCell(3, 4)
optimizer = torch.optim.SGD(cell.parameters(), lr=0.1)
hidden = torch.zeros(2, 4)
for step in range(5):
    hidden = cell(torch.randn(2, 3), hidden)
    loss = hidden.pow(2).mean()
    optimizer.zero_grad()
    loss.backward()  # <- BP003
    optimizer.step()
