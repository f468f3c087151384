import torch

w = torch.tensor([1.0, 2.0], requires_grad=True)
bias = torch.zeros(2, requires_grad=True)
(w * w).sum().backward()
print(w.grad)
print(bias.grad)  # <- BP007
