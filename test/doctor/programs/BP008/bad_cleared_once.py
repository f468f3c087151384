import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 1))
optimizer = torch.optim.Adam(model.parameters())
data = [torch.randn(5, 2) for _ in range(3)]
for epoch in range(2):
    optimizer.zero_grad()
    for batch in data:
        loss = model(batch).square().mean()
        loss.backward()  # <- BP008
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
