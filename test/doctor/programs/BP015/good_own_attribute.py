import torch
from torch import nn


class Frozen(nn.Module):
    def __init__(self, requires_grad):
        super().__init__()
        self.requires_grad = requires_grad
        self.weight = nn.Parameter(torch.Tensor(3))
        nn.init.ones_(self.weight)
        self.weight.requires_grad = requires_grad

    def forward(self, x):
        return x * self.weight


layer = Frozen(True)
layer(torch.ones(3)).sum().backward()
print(layer.weight.grad)
