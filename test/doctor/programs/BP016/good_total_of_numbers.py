import torch

w = torch.tensor([1.0, 2.0], requires_grad=True)
total, kept = 0.0, torch.zeros(())
for epoch in range(5):
    loss = (w * w).sum()
    loss.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
        kept += loss
    w.grad = None
    total += loss.item()
print(total, kept)
