import torch

w = torch.tensor([1.0, 2.0], requires_grad=True)
features = torch.exp(w)
for step in range(3):
    loss = (features * step).sum()
    loss.backward()  # <- BP003
