import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(
    nn.Linear(3, 4),
    nn.Dropout(p=1.0),  # <- BP017
    nn.Linear(4, 1),
)
loss = model(torch.ones(2, 3)).square().mean()
loss.backward()
