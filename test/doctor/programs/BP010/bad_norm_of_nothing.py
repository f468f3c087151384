import torch

w = torch.zeros(3, requires_grad=True)
length = (w * w).sum().sqrt()  # <- BP010
(length + w.sum()).backward()
print(w.grad)
