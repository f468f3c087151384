import torch
from torch import nn

torch.manual_seed(0)
model = nn.Linear(3, 4)
labels = torch.tensor([[0], [3]])
loss = nn.functional.cross_entropy(model(torch.randn(2, 3)), labels)  # <- BP014
loss.backward()
