import torch
from torch import nn

torch.manual_seed(0)
body, head = nn.Linear(3, 4), nn.Linear(4, 1)
for parameter in body.parameters():
    parameter.requires_grad_(False)
optimizer = torch.optim.SGD(head.parameters(), lr=0.1)
for step in range(3):
    loss = head(body(torch.randn(4, 3)).relu()).square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print("done")
