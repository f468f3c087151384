"""Every optimizer on one small problem: what it prints of itself, its state, and where five steps lead."""
import torch
from torch import optim


CASES = [
    ("SGD", dict(lr=0.01)),
    ("SGD", dict(lr=0.01, momentum=0.9, weight_decay=0.1)),
    ("SGD", dict(lr=0.01, momentum=0.9, nesterov=True)),
    ("SGD", dict(lr=0.01, momentum=0.5, dampening=0.1, maximize=True)),
    ("Adam", dict()),
    ("Adam", dict(amsgrad=True, weight_decay=0.1)),
    ("Adam", dict(maximize=True)),
    ("AdamW", dict()),
    ("AdamW", dict(amsgrad=True, lr=0.1)),
    ("NAdam", dict()),
    ("NAdam", dict(weight_decay=0.1)),
    ("RAdam", dict()),
    ("RAdam", dict(lr=0.1, betas=(0.8, 0.9))),
    ("Adamax", dict()),
    ("Adamax", dict(weight_decay=0.1)),
    ("Adadelta", dict()),
    ("Adadelta", dict(weight_decay=0.1, maximize=True)),
    ("Adagrad", dict()),
    ("Adagrad", dict(lr_decay=0.1, initial_accumulator_value=0.5)),
    ("ASGD", dict()),
    ("ASGD", dict(t0=1, lambd=0.1)),
    ("RMSprop", dict()),
    ("RMSprop", dict(momentum=0.9, centered=True)),
    ("Rprop", dict()),
    ("Rprop", dict(lr=0.5)),
]


def rounded(tensor):
    return [f"{x:.4f}" for x in tensor.flatten().tolist()]


def train(name, settings):
    torch.manual_seed(0)
    weight = torch.randn(3, 2, requires_grad=True)
    bias = torch.zeros(2, requires_grad=True)
    x, y = torch.randn(5, 3), torch.randn(5, 2)
    make = getattr(optim, name)
    optimizer = make([weight, bias], **settings)
    for _ in range(5):
        optimizer.zero_grad()
        ((x @ weight + bias - y) ** 2).sum().backward()
        optimizer.step()
    print(optimizer)
    print(rounded(weight), rounded(bias))
    saved = optimizer.state_dict()
    print(list(saved["state"][0]), saved["param_groups"])
    resumed = make([weight, bias], **settings)
    resumed.load_state_dict(saved)
    resumed.step()
    print(rounded(weight), rounded(bias))


for name, settings in CASES:
    print(name, settings)
    train(name, settings)


def attempt(call):
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, error)


p = torch.zeros(2, requires_grad=True)
attempt(lambda: optim.SGD([p]))
attempt(lambda: optim.SGD([]))
attempt(lambda: optim.SGD(p, 0.1))
attempt(lambda: optim.SGD([p * 2], 0.1))
attempt(lambda: optim.SGD([p], -1))
attempt(lambda: optim.Adam([p], betas=(1.0, 2)))
attempt(lambda: optim.SGD([{"params": [p]}, {"params": p}], 0.1))
attempt(lambda: optim.SGD([{"params": {p}}], 0.1))
attempt(lambda: optim.Adam([p], fused=True))
attempt(lambda: optim.Optimizer([p], {}).step(None))
attempt(lambda: optim.SGD([p], 0.1).load_state_dict({"param_groups": [], "state": {}}))
attempt(lambda: optim.Adam([p, torch.zeros(1)]).load_state_dict(optim.Adam([p]).state_dict()))
