import torch

w = torch.randn(3, 1, requires_grad=True)
mean = torch.randn(1)
((torch.randn(6, 3) @ w) - mean).square().mean().backward()
print(w.grad.shape)
