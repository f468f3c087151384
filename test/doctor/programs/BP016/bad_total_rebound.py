import torch

w = torch.tensor([1.0, -2.0], requires_grad=True)
running = torch.tensor(0.0)
for _ in range(4):
    loss = (w * w).sum()
    running = running + loss  # <- BP016
    loss.backward()
    w.data -= 0.1 * w.grad
    w.grad.zero_()
