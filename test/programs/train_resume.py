"""A training that is stopped and resumed from a checkpoint goes on as one that was never stopped."""
import io

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset, random_split

torch.set_default_dtype(torch.float64)


class Waves(Dataset):
    def __init__(self, n):
        self.t = torch.linspace(0, 6, n)

    def __len__(self):
        return len(self.t)

    def __getitem__(self, i):
        return {"input": torch.stack([self.t[i], self.t[i] ** 2 / 6]), "target": torch.sin(self.t[i]), "index": i}


def make():
    torch.manual_seed(3)
    model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Dropout(0.1), nn.Linear(8, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05, amsgrad=True)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.5)
    plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, patience=0, factor=0.8)
    return model, optimizer, scheduler, plateau


def epoch(model, optimizer, scheduler, plateau, train, valid):
    model.train()
    for batch in train:
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(batch["input"]).squeeze(1), batch["target"])
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        errors = [nn.functional.mse_loss(model(b["input"]).squeeze(1), b["target"]) for b in valid]
    scheduler.step()
    plateau.step(sum(errors))
    return f"{loss.item():.4f} {sum(errors).item():.4f} {optimizer.param_groups[0]['lr']:.5f} {batch['index'].tolist()}"


train_set, valid_set = random_split(Waves(40), [0.8, 0.2], generator=torch.Generator().manual_seed(1))
train, valid = DataLoader(train_set, batch_size=8, shuffle=True, drop_last=True), DataLoader(valid_set, batch_size=4)
parts = make()
for _ in range(2):
    print(epoch(*parts, train, valid))
file = io.BytesIO()
torch.save({"parts": [part.state_dict() for part in parts], "random": torch.get_rng_state(), "epoch": 2}, file)
straight = [epoch(*parts, train, valid) for _ in range(3)]

file.seek(0)
checkpoint = torch.load(file)
resumed = make()
for part, state in zip(resumed, checkpoint["parts"]):
    part.load_state_dict(state)
torch.set_rng_state(checkpoint["random"])
again = [epoch(*resumed, train, valid) for _ in range(3)]
print(straight, straight == again)
print({name: (tuple(v.shape) if v.dim() else v) for name, v in checkpoint["parts"][1]["state"][0].items()})
