import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(0)
model = nn.Linear(3, 1)
inputs, targets = torch.randn(8, 3), torch.randn(8)
F.mse_loss(model(inputs).squeeze(1), targets).backward()
print("done")
