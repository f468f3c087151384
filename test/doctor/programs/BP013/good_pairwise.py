import torch

centres = torch.randn(4, requires_grad=True)
points = torch.randn(4)
distances = (points[:, None] - centres).square()
distances.min(dim=1).values.sum().backward()
print(centres.grad.shape)
