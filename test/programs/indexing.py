# Picking and placing elements, forward and backward.
import torch

x = torch.arange(12, dtype=torch.float32).reshape(3, 4).requires_grad_()
print(x[0], x[1, 2], x[:, 1], x[0:2, ::2], x[-1], x[..., 0], x[None, 0].shape)
(x[0] * x[1]).sum().backward()
print(x.grad)
x.grad = None
index = torch.tensor([0, 2, 2])
x[index].sum().backward()
print(x.grad)
x.grad = None
x[x > 5].sum().backward()
print(x.grad)
rows = [row.sum() for row in x]
print(rows, [len(list(row)) for row in x])
y = x.t().reshape(-1)[2:5]
print(y, y.sum())
