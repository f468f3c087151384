import torch

w = torch.ones(3, requires_grad=True)
y = (w * w).data
y.sum().backward()  # <- BP006
