import torch
from torch import nn

torch.manual_seed(0)
model = nn.Linear(1, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=50.0)
inputs = torch.linspace(-1, 1, 10).unsqueeze(1)
for epoch in range(12):
    loss = (model(inputs) - 3 * inputs).pow(4).mean()  # <- BP010
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
