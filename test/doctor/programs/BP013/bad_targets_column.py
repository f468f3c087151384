import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(0)
model = nn.Linear(3, 1)
outputs = model(torch.randn(5, 3)).squeeze()
labels = torch.randn(5, 1)
loss = nn.L1Loss()(outputs, labels)  # <- BP013
loss.backward()
