import torch

x = torch.tensor([[4.0]], requires_grad=True)
(x * x).backward()
print(x.grad)
