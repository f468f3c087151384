import torch
from torch import nn

torch.manual_seed(0)
online, target = nn.Linear(3, 2), nn.Linear(3, 2)
target.load_state_dict(online.state_dict())
optimizer = torch.optim.Adam(online.parameters())
for step in range(3):
    states = torch.randn(4, 3)
    with torch.no_grad():
        goal = target(states).max(dim=1).values
    loss = (online(states).max(dim=1).values - goal - 1).square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    with torch.no_grad():
        for slow, fast in zip(target.parameters(), online.parameters()):
            slow.mul_(0.9).add_(fast, alpha=0.1)
print("done")
