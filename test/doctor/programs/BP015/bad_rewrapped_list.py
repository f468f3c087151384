import torch

w = torch.tensor([1.0, 2.0], requires_grad=True)
one = w.square().sum()
two = w.exp().sum()
losses = torch.tensor([one, two])  # <- BP015
total = losses.mean() + 0.01 * w.norm()
total.backward()
