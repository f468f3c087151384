import torch
from torch import nn

torch.manual_seed(0)
model = nn.Linear(3, 4)
criterion = nn.CrossEntropyLoss()
labels = torch.tensor([0.0, 3.0])
loss = criterion(model(torch.randn(2, 3)), labels)  # <- BP014
loss.backward()
