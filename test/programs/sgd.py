# Gradient descent on a line, with and without clearing .grad.
import torch

xs = torch.tensor([0.0, 1.0, 2.0, 3.0])
ys = 2 * xs + 1
w = torch.tensor(0.0, requires_grad=True)
b = torch.tensor(0.0, requires_grad=True)
for step in range(6):
    loss = ((w * xs + b - ys) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        w -= 0.05 * w.grad
        b -= 0.05 * b.grad
    if step != 2:
        w.grad = None
        b.grad.zero_()
    print(step, f"{loss.item():.5f}", w.item(), b.item(), w.grad, b.grad)
