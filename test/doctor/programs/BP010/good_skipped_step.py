import torch

w = torch.tensor([1.0], requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.1)
for scale in (1.0, 0.0, 2.0):
    loss = (w / scale).sum()
    optimizer.zero_grad()
    loss.backward()
    if not torch.isfinite(w.grad).all():
        print("skipped")
        continue
    optimizer.step()
print(w)
