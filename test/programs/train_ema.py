"""Averages of a model's weights along the way: exponential ones by hand and by AveragedModel, equal ones with SWALR."""
import copy

import torch
from torch import nn
from torch.optim.swa_utils import SWALR, AveragedModel, update_bn
from torch.utils.data import DataLoader, TensorDataset

torch.set_default_dtype(torch.float64)
torch.manual_seed(2)
x = torch.randn(40, 3)
y = torch.tanh(x @ torch.tensor([[1.0], [0.5], [-1.0]]))
data = DataLoader(TensorDataset(x, y), batch_size=10, shuffle=True)
model = nn.Sequential(nn.Linear(3, 6), nn.BatchNorm1d(6), nn.Tanh(), nn.Linear(6, 1))


class EMA:
    def __init__(self, model, decay):
        self.decay = decay
        self.shadow = {name: p.detach().clone() for name, p in model.named_parameters()}

    def update(self, model):
        with torch.no_grad():
            for name, p in model.named_parameters():
                self.shadow[name].lerp_(p, 1 - self.decay)


ema = EMA(model, 0.9)
averaged = AveragedModel(model, avg_fn=lambda average, p, count: 0.9 * average + 0.1 * p)
swa = AveragedModel(model)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
schedule = SWALR(optimizer, swa_lr=0.01, anneal_epochs=3)

for epoch in range(5):
    for inputs, targets in data:
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(inputs), targets)
        loss.backward()
        optimizer.step()
        ema.update(model)
    averaged.update_parameters(model)
    if epoch >= 2:
        swa.update_parameters(model)
        schedule.step()
    print(epoch, f"{loss.item():.3f}", f"{optimizer.param_groups[0]['lr']:.5f}", averaged.n_averaged.item(), swa.n_averaged.item())

update_bn(data, swa)
print([f"{v:.3f}" for v in swa.module[1].running_mean.tolist()], swa.module[1].num_batches_tracked.item())
kept = copy.deepcopy(model.state_dict())
model.load_state_dict({**model.state_dict(), **ema.shadow})
for name, one in (("ema", model), ("averaged", averaged), ("swa", swa)):
    one.eval()
    with torch.no_grad():
        print(name, f"{nn.functional.mse_loss(one(x), y).item():.3f}")
model.load_state_dict(kept)
print(list(swa.state_dict())[:3])
