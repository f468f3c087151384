import torch
from torch import nn

torch.manual_seed(0)
encoder = nn.Linear(3, 2)
head = nn.Linear(2, 1)
codes = encoder(torch.randn(5, 3)).detach()
head(codes).mean().backward()
print(encoder.weight.grad.norm())  # <- BP007
