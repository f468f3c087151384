import torch
from torch import nn

torch.manual_seed(0)
encoder, head = nn.Linear(3, 4), nn.Linear(4, 1)
optimizer = torch.optim.Adam([*encoder.parameters(), *head.parameters()])
for step in range(3):
    code = torch.tanh(encoder(torch.randn(4, 3)))
    loss = head(code.detach()).square().mean()  # <- BP009
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
