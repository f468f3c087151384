import torch

w = torch.tensor([1.0, 2.0], requires_grad=True)
total = 0
for step in range(5):
    total += (w * step).sum()
total.backward()
print(w.grad)
