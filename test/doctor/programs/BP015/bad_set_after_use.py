import torch

x = torch.tensor([1.0, 2.0])
w = torch.tensor([3.0, 4.0], requires_grad=True)
features = x * 2
x.requires_grad = True  # <- BP015
(features * w).sum().backward()
print(x.grad)
