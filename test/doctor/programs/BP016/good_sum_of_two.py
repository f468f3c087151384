import torch
from torch import nn

torch.manual_seed(0)
critic = nn.Linear(2, 1)
for _ in range(4):
    critic.zero_grad()
    real = (critic(torch.randn(3, 2)) - 1).square().mean()
    real.backward()
    fake = critic(torch.randn(3, 2)).square().mean()
    fake.backward()
    both = real + fake
    print(both.item() > 0)
