import torch

x = torch.tensor([1.0, 2.0], requires_grad=True)
factor = torch.Tensor(2)  # <- BP015
loss = (x * factor).sum()
loss.backward()
