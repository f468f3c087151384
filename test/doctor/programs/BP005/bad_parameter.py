import torch
from torch import nn


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(2))

    def reset(self):
        self.scale.fill_(2.0)  # <- BP005


Model().reset()
