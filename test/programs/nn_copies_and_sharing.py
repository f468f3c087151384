# Weights that are shared, frozen and copied, and training on with them.
import copy

import torch
from torch import nn


class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Linear(3, 2, bias=False)
        self.decoder = nn.Linear(2, 3, bias=False)
        self.decoder.weight = nn.Parameter(self.encoder.weight.t().detach().clone())
        self.twin = nn.Linear(3, 2, bias=False)
        self.twin.weight = self.encoder.weight

    def forward(self, x):
        return self.decoder(torch.tanh(self.encoder(x) + self.twin(x)))


torch.manual_seed(3)
model = Tied()
print([name for name, _ in model.named_parameters()], list(model.state_dict()))
x, y = torch.tensor([[1.0, -1.0, 0.5]]), torch.tensor([[2.0, 3.0, -1.0]])
copied = copy.deepcopy(model)
print(copied.twin.weight is copied.encoder.weight, copied.encoder.weight is model.encoder.weight)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
for step in range(3):
    optimizer.zero_grad()
    loss = ((model(x) - y) ** 2).sum()
    loss.backward()
    optimizer.step()
    print(f"{loss.item():.5f}", model.twin.weight.grad is model.encoder.weight.grad)
print(model.twin.weight is model.encoder.weight, torch.equal(copied.encoder.weight, model.encoder.weight))

for parameter in copied.encoder.parameters():
    parameter.requires_grad = False
print([(name, parameter.requires_grad) for name, parameter in copied.named_parameters()])
copied.zero_grad(set_to_none=True)
((copied(x) - y) ** 2).sum().backward()
print(copied.encoder.weight.grad, copied.decoder.weight.grad)
copied.zero_grad()
print(copied.decoder.weight.grad)
copied.requires_grad_(False)
print(copied(x).requires_grad)
copied.requires_grad_()
print(copied(x).requires_grad, copied.encoder.weight.is_leaf)

layer = nn.Linear(2, 2)
layer.weight.grad = torch.ones(2, 2)
layer.register_forward_hook(lambda m, i, o: print("hook"))
layer.extra = {"list": [1, 2], "layer": layer}
other = copy.deepcopy(layer)
print(other.weight.grad, other.extra["layer"] is other, other.extra["list"] is layer.extra["list"], len(other._forward_hooks))
other(torch.ones(1, 2))
shallow = copy.copy(layer)
print(shallow.weight is layer.weight, shallow._parameters is layer._parameters)
ema = copy.deepcopy(model)
for step in range(2):
    ((model(x) - y) ** 2).sum().backward()
    optimizer.step()
    with torch.no_grad():
        for old, new in zip(ema.parameters(), model.parameters()):
            old.mul_(0.9).add_(new, alpha=0.1)
print([f"{parameter.sum().item():.5f}" for parameter in ema.parameters()])
snapshot = {key: value.clone() for key, value in model.state_dict().items()}
optimizer.step()
print(torch.equal(snapshot["encoder.weight"], model.encoder.weight), model.load_state_dict(snapshot), torch.equal(snapshot["encoder.weight"], model.encoder.weight))
