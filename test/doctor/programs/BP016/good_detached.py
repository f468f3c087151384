import torch

w = torch.tensor([1.0, -2.0], requires_grad=True)
total = torch.tensor(0.0)
for _ in range(4):
    loss = (w * w).sum()
    total += loss.detach()
    loss.backward()
    w.grad = None
print(total)
