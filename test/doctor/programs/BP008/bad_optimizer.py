import torch
from torch import nn

torch.manual_seed(0)
model = nn.Linear(3, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
inputs, targets = torch.randn(8, 3), torch.randn(8, 1)
for epoch in range(4):
    loss = nn.functional.mse_loss(model(inputs), targets)
    loss.backward()  # <- BP008
    optimizer.step()
