import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 4), nn.Softmax(dim=1))
criterion = nn.CrossEntropyLoss()
labels = torch.tensor([0, 1, 2, 3, 0])
for _ in range(2):
    loss = criterion(model(torch.randn(5, 3)), labels)  # <- BP014
    loss.backward()
