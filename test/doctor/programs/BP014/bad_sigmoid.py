import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(0)
model = nn.Linear(3, 1)
out = torch.sigmoid(model(torch.randn(5, 3))).squeeze(1)
loss = nn.BCEWithLogitsLoss()(out, torch.ones(5))  # <- BP014
loss.backward()
