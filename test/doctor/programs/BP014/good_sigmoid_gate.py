import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(0)
gate, head = nn.Linear(3, 3), nn.Linear(3, 1)
x = torch.randn(5, 3)
out = head(x * torch.sigmoid(gate(x)))
F.binary_cross_entropy_with_logits(out, torch.ones(5, 1)).backward()
F.binary_cross_entropy(torch.sigmoid(head(x)), torch.ones(5, 1)).backward()
print("done")
