import torch

weights = torch.zeros(3, requires_grad=True)
weights[0] = 1.0  # <- BP005
loss = (weights * 2).sum()
loss.backward()
