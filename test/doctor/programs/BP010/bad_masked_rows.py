import torch

scores = torch.randn(2, 3, requires_grad=True)
mask = torch.tensor([[True, False, True], [True, True, True]])
weights = scores.masked_fill(mask, float("-inf")).softmax(dim=-1)  # <- BP010
weights.square().sum().backward()
