import torch
from torch import nn

torch.manual_seed(0)
model = nn.Linear(4, 3)
labels = torch.tensor([0, 2])
predicted = model(torch.randn(2, 4)).argmax(dim=1)
loss = (predicted != labels).float().mean()
loss.backward()  # <- BP006
