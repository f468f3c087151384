import torch

x = torch.tensor([1.0, 2.0])
print((x * 2).sum())
x.requires_grad = True
(x * 3).sum().backward()
print(x.grad)
