import torch
from torch import nn

torch.manual_seed(0)
model = nn.Linear(3, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for step in range(3):
    loss = model(torch.randn(4, 3)).square().mean()
    optimizer.step()  # <- BP009
    optimizer.zero_grad()
    loss.backward()
