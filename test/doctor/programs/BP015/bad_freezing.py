import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
for p in model[0].parameters():
    p.requires_gradient = False  # <- BP015
model(torch.ones(1, 2)).sum().backward()
