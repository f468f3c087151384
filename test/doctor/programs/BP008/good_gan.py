import torch
from torch import nn

torch.manual_seed(0)
generator = nn.Linear(2, 2)
critic = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1))
for_generator = torch.optim.Adam(generator.parameters())
for_critic = torch.optim.Adam(critic.parameters())
bce = nn.BCEWithLogitsLoss()
for step in range(4):
    real, fake = torch.randn(6, 2) + 3, generator(torch.randn(6, 2))
    for_critic.zero_grad()
    (bce(critic(real), torch.ones(6, 1)) + bce(critic(fake.detach()), torch.zeros(6, 1))).backward()
    for_critic.step()
    for_generator.zero_grad()
    bce(critic(fake), torch.ones(6, 1)).backward()
    for_generator.step()
print("done")
