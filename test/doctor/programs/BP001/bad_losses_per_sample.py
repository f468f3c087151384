import torch
from torch import nn

torch.manual_seed(0)
model = nn.Linear(4, 1)
criterion = nn.MSELoss(reduction="none")
inputs, targets = torch.randn(8, 4), torch.randn(8, 1)
for epoch in range(3):
    loss = criterion(model(inputs), targets)
    loss.backward(  # <- BP001
        retain_graph=False,
    )
