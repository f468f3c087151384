import torch
from torch import nn

model = nn.Linear(2, 2)
for p in model.parameters():
    p.requires_grad = False
model.bias.requires_grad = True
model.requires_grad_(True)
x = torch.ones(2)
x.requires_grad = True
x.label = "input"
model(x).sum().backward()
print(x.grad, x.label)
