import torch

w = torch.tensor([1.0, 2.0], requires_grad=True)
unused = torch.zeros(2, requires_grad=True)
for _ in range(3):
    for p in (w, unused):
        if p.grad is not None:
            p.grad.zero_()
    (w * w).sum().backward()
print(unused.grad, w.grad)
