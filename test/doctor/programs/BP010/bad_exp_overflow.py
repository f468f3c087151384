import torch

x = torch.tensor([1.0, 50.0, 100.0], requires_grad=True)
weights = torch.exp(x)  # <- BP010
softmax = weights / weights.sum()
softmax[0].backward()
print(x.grad)
