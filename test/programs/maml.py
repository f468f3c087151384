# Meta-learning: an inner step of gradient descent that is differentiated through, and its first-order shortcut.
import torch

torch.set_default_dtype(torch.float64)
torch.manual_seed(14)
slope = torch.tensor(0.5, requires_grad=True)
offset = torch.tensor(0.0, requires_grad=True)
rate = torch.tensor(0.1, requires_grad=True)


def task():
    a, b = torch.randn(2).tolist()
    x = torch.linspace(-1, 1, 5)
    return x, a * x + b


def loss_of(parameters, x, y):
    w, b = parameters
    return ((w * x + b - y) ** 2).mean()


def adapted(x, y, create_graph):
    parameters = (slope, offset)
    for _ in range(2):
        gradients = torch.autograd.grad(loss_of(parameters, x, y), parameters, create_graph=create_graph)
        parameters = tuple(p - rate * g for p, g in zip(parameters, gradients))
    return parameters


for step in range(3):
    x, y = task()
    outer = loss_of(adapted(x, y, create_graph=True), x, y)
    outer.backward()
    full = [p.grad.item() for p in (slope, offset, rate)]
    with torch.no_grad():
        for p in (slope, offset, rate):
            p -= 0.2 * p.grad
            p.grad = None
    print(step, f"{outer.item():.5f}", [f"{v:+.5f}" for v in full])

x, y = task()
exact = torch.autograd.grad(loss_of(adapted(x, y, True), x, y), (slope, offset))
first_order = torch.autograd.grad(loss_of(adapted(x, y, False), x, y), (slope, offset))
print([f"{v:.5f}" for v in exact], [f"{v:.5f}" for v in first_order], exact[0] != first_order[0])
