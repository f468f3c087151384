import torch
from torch import nn

torch.manual_seed(0)
backbone = nn.Linear(2, 3)
head = nn.Linear(3, 1)
backbone.requires_grad = False  # <- BP015
head(backbone(torch.ones(1, 2))).sum().backward()
