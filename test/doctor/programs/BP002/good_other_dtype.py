import torch

x = torch.tensor([1.0, 2.0], requires_grad=True)
(x * x).backward(torch.ones(2, dtype=torch.float64))
print(x.grad, x.grad.dtype)
