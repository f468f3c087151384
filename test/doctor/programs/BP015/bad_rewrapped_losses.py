import torch

a = torch.tensor(1.0, requires_grad=True)
b = torch.tensor(2.0, requires_grad=True)
first = a * b
second = torch.tensor(first)  # <- BP015
loss = first + second
loss.backward()
