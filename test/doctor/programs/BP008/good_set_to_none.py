import torch

w = torch.tensor([1.0, -2.0], requires_grad=True)
for step in range(5):
    w.grad = None
    (w * w).sum().backward()
    w.data -= 0.1 * w.grad.data
print(w)
