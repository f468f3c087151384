import torch

w = torch.tensor([1.0, 2.0])
loss = (w * w).sum()
loss.backward()  # <- BP006
