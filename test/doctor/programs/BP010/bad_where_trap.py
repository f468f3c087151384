import torch

x = torch.tensor([0.0, 4.0, 9.0], requires_grad=True)
y = torch.where(x > 0, torch.sqrt(x), torch.zeros_like(x))  # <- BP010
y.sum().backward()
print(x.grad)
