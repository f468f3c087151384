import torch

x = torch.tensor([1.0, 2.0], requires_grad=True)
torch.autograd.backward(x * 3, torch.tensor(1.0))  # <- BP002
