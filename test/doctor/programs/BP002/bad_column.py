import torch

w = torch.ones(3, 2, requires_grad=True)
out = torch.ones(5, 3) @ w
weights = torch.full((2, 5), 0.5)
out.backward(gradient=weights, retain_graph=True)  # <- BP002
