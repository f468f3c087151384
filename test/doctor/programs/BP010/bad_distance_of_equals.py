import torch

points = torch.tensor([[1.0, 2.0], [3.0, 5.0]], requires_grad=True)
difference = points.unsqueeze(0) - points.unsqueeze(1)
distances = difference.pow(2).sum(-1).sqrt()  # <- BP010
distances.sum().backward()
