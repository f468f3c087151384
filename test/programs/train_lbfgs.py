"""L-BFGS: Rosenbrock's valley and a least-squares fit, with fixed steps and with a line search; its state, saved and loaded."""
import torch
from torch.optim import LBFGS

torch.set_default_dtype(torch.float64)


def rounded(tensor):
    return [f"{x:.3f}" for x in tensor.flatten().tolist()]


def valley(settings):
    point = torch.tensor([-1.5, 2.0], dtype=torch.float64, requires_grad=True)
    optimizer = LBFGS([point], **settings)
    calls = 0

    def closure():
        nonlocal calls
        calls += 1
        optimizer.zero_grad()
        x, y = point
        loss = (1 - x) ** 2 + 100 * (y - x**2) ** 2
        loss.backward()
        return loss

    for _ in range(3):
        loss = optimizer.step(closure)
        print(f"{loss.item():.5g}", rounded(point), calls)
    state = optimizer.state_dict()["state"][0]
    print(list(state), state["n_iter"], state["func_evals"], len(state["ro"]))


def fit(settings):
    torch.manual_seed(0)
    x = torch.linspace(-1, 1, 10).unsqueeze(1)
    y = torch.sin(3 * x) + 0.1 * torch.randn(10, 1)
    hidden = torch.randn(1, 6).requires_grad_()
    bias = torch.zeros(6, requires_grad=True)
    out = torch.randn(6, 1).requires_grad_()
    unused = torch.zeros(3, requires_grad=True)
    params = [hidden, bias, out, unused]

    def closure_of(optimizer):
        def closure():
            optimizer.zero_grad()
            loss = ((torch.tanh(x @ hidden + bias) @ out - y) ** 2).mean()
            loss.backward()
            return loss

        return closure

    optimizer = LBFGS(params, **settings)
    print(optimizer)
    for _ in range(2):
        print(f"{optimizer.step(closure_of(optimizer)).item():.4f}")
    resumed = LBFGS(params, **settings)
    resumed.load_state_dict(optimizer.state_dict())
    print(f"{resumed.step(closure_of(resumed)).item():.3f}", resumed.state_dict()["state"][0]["n_iter"])


for settings in ({"lr": 1e-3}, {"line_search_fn": "strong_wolfe"}, {"line_search_fn": "strong_wolfe", "history_size": 3, "max_iter": 7}):
    print(settings)
    valley(settings)
for settings in ({"lr": 0.1, "max_iter": 4}, {"line_search_fn": "strong_wolfe", "max_iter": 4}):
    fit(settings)

p = torch.zeros(1, requires_grad=True)
for call in (
    lambda: LBFGS([{"params": [p]}, {"params": [p * 1]}]),
    lambda: LBFGS([{"params": [p]}, {"params": [torch.zeros(1)]}]),
    lambda: LBFGS([p]).step(),
    lambda: LBFGS([p], line_search_fn="armijo").step(lambda: setattr(p, "grad", torch.ones(1)) or p.sum()),
):
    try:
        call()
    except Exception as error:
        print(type(error).__name__, error)
