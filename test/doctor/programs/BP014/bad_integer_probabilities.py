import torch
from torch import nn

torch.manual_seed(0)
model = nn.Linear(3, 1)
answers = torch.tensor([[0], [1]])
loss = nn.functional.binary_cross_entropy_with_logits(model(torch.randn(2, 3)), answers)  # <- BP014
loss.backward()
