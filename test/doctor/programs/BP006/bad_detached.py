import torch
from torch import nn

torch.manual_seed(0)
model = nn.Linear(3, 1)
out = model(torch.randn(5, 3))
prediction = out.detach().squeeze()
loss = ((prediction - torch.ones(5)) ** 2).mean()
loss.backward()  # <- BP006
