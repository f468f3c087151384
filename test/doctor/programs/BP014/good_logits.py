import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(0)
model = nn.Linear(3, 4)
logits = model(torch.randn(5, 3))
F.cross_entropy(logits, torch.tensor([0, 1, 2, 3, 0])).backward()
print(torch.softmax(logits, dim=1).argmax(dim=1).shape)
