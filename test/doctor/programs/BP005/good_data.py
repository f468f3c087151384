import torch

w = torch.ones(3, requires_grad=True)
(w * w).sum().backward()
w.data.sub_(0.1 * w.grad)
print(w)
