import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(0)
model = nn.RNNCell(2, 3)
hidden, total = torch.zeros(1, 3), 0.0
for _ in range(4):
    hidden = model(torch.randn(1, 2), hidden)
    total = total + hidden.square().sum()
total.backward()
print("done")
