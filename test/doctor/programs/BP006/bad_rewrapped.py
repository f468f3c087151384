import torch

w = torch.ones(3, requires_grad=True)
parts = [(w * i).sum() for i in range(3)]
first = parts[0] + parts[1]
loss = torch.tensor(first.item()) * 2
loss.backward()  # <- BP006
