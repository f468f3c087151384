import torch

x = torch.ones(3, requires_grad=True)
y = torch.sigmoid(x)
loss = (y * 2).sum()
y.add_(1)  # <- BP004
loss.backward()
