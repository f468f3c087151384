import torch

x = torch.ones(3, requires_grad=True)
y = torch.sigmoid(x)
z = y.clone()
z.add_(1)
(y * z).sum().backward()
print(x.grad)
