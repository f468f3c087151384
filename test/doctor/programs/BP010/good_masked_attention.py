import torch
from torch import nn

torch.manual_seed(0)
scores = torch.randn(4, 4, requires_grad=True)
mask = torch.triu(torch.ones(4, 4, dtype=torch.bool), diagonal=1)
attention = scores.masked_fill(mask, float("-inf")).softmax(dim=-1)
(attention @ torch.randn(4, 2)).square().sum().backward()
print(scores.grad.isfinite().all())
