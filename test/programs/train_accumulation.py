"""Gradients accumulated over small batches and clipped before each step, with a learning rate that warms up and then decays."""
import torch
from torch import nn
from torch.nn.utils import clip_grad_norm_, clip_grad_value_
from torch.utils.data import DataLoader, TensorDataset

torch.set_default_dtype(torch.float64)
torch.manual_seed(0)
x = torch.randn(48, 4)
y = (x.sum(1, keepdim=True) > 0).float()
loader = DataLoader(TensorDataset(x, y), batch_size=8, shuffle=True)
model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))
optimizer = torch.optim.AdamW(model.parameters(), lr=0.02, weight_decay=0.01)
scheduler = torch.optim.lr_scheduler.SequentialLR(
    optimizer,
    [
        torch.optim.lr_scheduler.LinearLR(optimizer, start_factor=0.25, total_iters=3),
        torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=9),
    ],
    milestones=[3],
)
criterion = nn.BCEWithLogitsLoss()
steps_between = 2

for epoch in range(4):
    total = 0.0
    optimizer.zero_grad(set_to_none=True)
    for i, (inputs, targets) in enumerate(loader):
        loss = criterion(model(inputs), targets) / steps_between
        loss.backward()
        total += loss.item() * steps_between
        if (i + 1) % steps_between == 0:
            norm = clip_grad_norm_(model.parameters(), max_norm=0.3)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            scheduler.step()
    rate = scheduler.get_last_lr()[0]
    print(f"epoch {epoch}: loss {total / len(loader):.4f}, last norm {norm.item():.4f}, lr {rate:.5f}")

loss = criterion(model(x[:8]), y[:8])
loss.backward()
clip_grad_value_(model.parameters(), 0.01)
print(max(p.grad.abs().max().item() for p in model.parameters()) <= 0.01 + 1e-8)
with torch.no_grad():
    print(((model(x) > 0).float() == y).float().mean())
