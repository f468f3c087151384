import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(0)
model = nn.Linear(3, 1)
inputs, targets = torch.randn(8, 3), torch.randn(8)
predictions = model(inputs)
loss = F.mse_loss(predictions, targets)  # <- BP013
loss.backward()
