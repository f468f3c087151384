import torch

w = torch.tensor([0.5, 0.5], requires_grad=True)
rows = torch.tensor([[1.0, 2.0], [float("nan"), 4.0]])  # <- BP010
loss = (rows @ w).mean()
loss.backward()
