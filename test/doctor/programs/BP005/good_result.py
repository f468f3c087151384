import torch

w = torch.ones(3, requires_grad=True)
v = w * 1
v[0] = 4.0
v.sum().backward()
print(w.grad)
