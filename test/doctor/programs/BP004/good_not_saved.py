import torch

x = torch.ones(3, requires_grad=True)
y = x + 1
y.mul_(2)
y[0] = 5.0
y.sum().backward()
print(x.grad)
