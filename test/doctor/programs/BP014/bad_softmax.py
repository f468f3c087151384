import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(0)
model = nn.Linear(3, 4)
labels = torch.tensor([0, 1, 2, 3, 0])
probabilities = torch.softmax(model(torch.randn(5, 3)), dim=1)
loss = F.cross_entropy(probabilities, labels)  # <- BP014
loss.backward()
