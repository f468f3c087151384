"""Runs a small program before the real one, and forgets it.

What runs for the first time is slow: bytecode is not specialised, and WebAssembly and JavaScript are not compiled. So an interpreter that
waits for its program runs one of our own through every layer. Nothing of it is left that the program could see.
"""

import gc
import linecache

from torch import _bridge, _sites
from torch.nn.modules import _paths

from . import _errors, _names, _runner

_FILE = "<rehearsal>"
_PROGRAM = """
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.autograd import Variable

def loss_of(model, x, target):
    output = model(x)
    return F.mse_loss(output, target), output

x = Variable(torch.Tensor([1, 5, 6]), requires_grad=True)
for _ in range(3):
    y = x * x + 2 * x - 1.5
    y.backward(torch.FloatTensor([0.1, 1.0, 0.5]), retain_graph=True)
    print(x.grad)
gradient, = torch.autograd.grad(y.sum(), x)
print(f"{y.sum().item():.3f}", x.shape, y.grad_fn, x.is_leaf)
with torch.no_grad():
    x -= 0.1 * x.grad
x.grad.zero_()

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(3, 4)
        self.second = nn.Linear(4, 1)

    def forward(self, x):
        return torch.sigmoid(self.second(F.relu(self.first(x))))

model = Model()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
data = torch.ones(2, 3)
for step in range(2):
    optimizer.zero_grad()
    loss, output = loss_of(model, data, torch.zeros(2, 1))
    loss.backward()
    optimizer.step()
w = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
v = (w @ w.t()).exp().mean(dim=0)[0]
v.backward()
print(w.grad, v.detach().tolist())
"""
_FAILURE = """
import torch
torch.ones(2) @ torch.ones(3)
"""


def rehearse():
    """To be called once, when the other side is ready to forget as well."""
    lines = dict(linecache.cache)
    _names.install(_runner.bridge)
    _run(_PROGRAM)
    try:
        _run(_FAILURE)
    except RuntimeError as error:
        _errors.Reporter(_runner.bridge, _runner.streams).uncaught(error)
    _names.uninstall()
    gc.collect()
    _sites.forget()
    _bridge.forget()
    _paths.forget()
    linecache.cache.clear()
    linecache.cache.update(lines)
    gc.collect()


def _run(text):
    exec(_runner.prepare_code(text, _FILE, is_main=True), {"__name__": "__rehearsal__"})
