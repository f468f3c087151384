import torch

w = torch.tensor([1.0, 2.0], requires_grad=True)
scores = w * 60
weights = torch.exp(scores)  # <- BP010
shares = weights / weights.sum()
shares[0].backward()
