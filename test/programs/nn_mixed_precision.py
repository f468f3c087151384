# Training in mixed precision: a small network and a convolution, with gradients in float32 and a scaler that has nothing to scale.
import warnings

import torch
from torch import nn
from torch.nn import functional as F

warnings.simplefilter("ignore")
torch.manual_seed(0)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(1, 2, 3)
        self.first = nn.Linear(8, 6)
        self.norm = nn.LayerNorm(6)
        self.second = nn.Linear(6, 3)

    def forward(self, x):
        x = F.relu(self.conv(x)).flatten(1)
        x = self.norm(self.first(x).float())
        return self.second(torch.tanh(x))


net = Net()
x = torch.randn(4, 1, 6)
target = torch.tensor([0, 2, 1, 1])
optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
scaler = torch.cuda.amp.GradScaler()
for step in range(5):
    optimizer.zero_grad()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = net(x)
        loss = F.cross_entropy(logits, target)
    scaler.scale(loss).backward()
    scaler.step(optimizer)
    scaler.update()
    print(step, f"{loss.item():.4f}", logits.dtype, loss.dtype, {p.grad.dtype for p in net.parameters()})
    if step == 0:
        print(logits)
        for layer in (net.conv, net.first, net.second):
            print(layer.weight.grad, layer.bias.grad)
