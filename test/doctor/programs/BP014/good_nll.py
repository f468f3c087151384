import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(3, 4), nn.LogSoftmax(dim=1))
nn.NLLLoss()(model(torch.randn(2, 3)), torch.tensor([0, 3])).backward()
print("done")
