import torch

w = torch.tensor([1.0, -2.0], requires_grad=True)
for step in range(5):
    loss = (w * w).sum()
    loss.backward()  # <- BP008
    with torch.no_grad():
        w -= 0.1 * w.grad
