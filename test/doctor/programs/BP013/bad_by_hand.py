import torch

w = torch.randn(3, 1, requires_grad=True)
x, y = torch.randn(6, 3), torch.randn(6)
for _ in range(4):
    guess = x @ w
    loss = ((guess - y) ** 2).mean()  # <- BP013
    loss.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
        w.grad = None
