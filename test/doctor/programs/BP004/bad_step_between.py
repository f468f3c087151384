import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
out = model(torch.randn(6, 3))
first, second = out.mean(), out.square().mean()
first.backward(retain_graph=True)
optimizer.step()  # <- BP004
second.backward()
