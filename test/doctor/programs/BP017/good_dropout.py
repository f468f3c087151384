import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(3, 40), nn.Dropout(0.5), nn.Dropout(p=0.1), nn.Linear(40, 1))
model(torch.ones(2, 3)).square().mean().backward()
model.eval()
nn.Dropout(1.0).eval()(model(torch.ones(2, 3))).sum().backward()
