import torch

torch.manual_seed(0)
scores = torch.randn(4, 4, requires_grad=True)
future = torch.triu(torch.ones(4, 4, dtype=torch.bool), diagonal=1)
weights = scores.masked_fill(future, float("-inf")).softmax(dim=-1)
best = float("inf")
loss = weights.square().sum()
loss.backward()
if loss.item() < best:
    print(scores.grad)
