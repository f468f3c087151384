import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(0)
model = nn.Linear(3, 4)
probabilities = F.softmax(model(torch.randn(2, 3)), dim=-1)
loss = F.nll_loss(probabilities, torch.tensor([0, 3]))  # <- BP014
loss.backward()
