# A network of torch.nn modules, trained by torch.optim.
import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(0)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(2, 4)
        self.out = nn.Sequential(nn.ReLU(), nn.Linear(4, 2, bias=False))

    def forward(self, x):
        return self.out(self.hidden(x))


net = Net()
print(net)
print([(name, tuple(p.shape), p.requires_grad) for name, p in net.named_parameters()])
print(net.hidden.weight)
x = torch.tensor([[0.0, 1.0], [1.0, -1.0], [2.0, 0.5]])
target = torch.tensor([0, 1, 1])
optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9, weight_decay=0.01)
criterion = nn.CrossEntropyLoss()
for epoch in range(4):
    optimizer.zero_grad()
    loss = criterion(net(x), target)
    loss.backward()
    optimizer.step()
    print(f"{epoch} {loss.item():.4f}")
with torch.no_grad():
    print(F.softmax(net(x), dim=1).argmax(dim=1), net.training, net.eval().training)
print(F.mse_loss(net(x), torch.zeros(3, 2)).item() > 0, isinstance(net.hidden.weight, nn.Parameter))
