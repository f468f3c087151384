import torch
from torch import nn


def train(model, head, batches):
    h, c = torch.zeros(1, 2, 5), torch.zeros(1, 2, 5)
    for batch in batches:
        out, (h, c) = model(batch, (h, c))
        loss = head(out).square().mean()
        loss.backward()  # <- BP003


torch.manual_seed(1)
train(nn.LSTM(3, 5), nn.Linear(5, 1), [torch.randn(4, 2, 3) for _ in range(3)])
