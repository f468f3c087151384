import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(0)


def epoch(model, optimizer, batches):
    epoch_loss = 0.0
    for batch in batches:
        optimizer.zero_grad()
        loss = model(batch).abs().mean()
        loss.backward()
        optimizer.step()
        epoch_loss = epoch_loss + loss  # <- BP016
    return epoch_loss


model = nn.Linear(2, 2)
epoch(model, torch.optim.Adam(model.parameters()), [torch.randn(3, 2) for _ in range(4)])
