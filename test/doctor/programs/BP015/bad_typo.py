import torch

x = torch.ones(3)
x.require_grad = True  # <- BP015
w = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
(x * w).sum().backward()
print(x.grad, w.grad)
