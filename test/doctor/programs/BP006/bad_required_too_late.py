import torch

x = torch.tensor([1.0, 2.0])
y = (x * x).sum()
x.requires_grad_()  # <- BP015
y.backward()  # <- BP006
