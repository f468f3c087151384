import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(0)
model = nn.Linear(3, 1)
total = 0.0
for _ in range(5):
    loss = model(torch.randn(4, 3)).square().mean()
    model.zero_grad()
    loss.backward()
    total += loss.item()
print(total > 0)
