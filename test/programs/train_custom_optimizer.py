"""An optimizer of the program's own (Lion, arXiv:2302.06675), with groups, a state, a closure, a scheduler and a checkpoint."""
import torch
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LambdaLR


class Lion(Optimizer):
    def __init__(self, params, lr=1e-2, betas=(0.9, 0.99), weight_decay=0.0):
        if lr <= 0.0:
            raise ValueError(f"Invalid learning rate: {lr}")
        super().__init__(params, dict(lr=lr, betas=betas, weight_decay=weight_decay))

    @torch.no_grad()
    def step(self, closure=None):
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if len(state) == 0:
                    state["step"] = 0
                    state["momentum"] = torch.zeros_like(p)
                state["step"] += 1
                p.mul_(1 - group["lr"] * group["weight_decay"])
                update = state["momentum"].mul(beta1).add(p.grad, alpha=1 - beta1).sign_()
                p.add_(update, alpha=-group["lr"])
                state["momentum"].mul_(beta2).add_(p.grad, alpha=1 - beta2)
        return loss


torch.manual_seed(1)
x = torch.randn(32, 3)
y = x @ torch.tensor([[1.0], [-2.0], [0.5]]) + 0.3
weight = torch.zeros(3, 1, requires_grad=True)
bias = torch.zeros(1, requires_grad=True)
optimizer = Lion([{"params": [weight], "weight_decay": 0.1}, {"params": bias, "lr": 0.05}], lr=0.1)
scheduler = LambdaLR(optimizer, lambda epoch: 0.95**epoch)
print(optimizer)


def closure():
    optimizer.zero_grad()
    loss = ((x @ weight + bias - y) ** 2).mean()
    loss.backward()
    return loss


for i in range(12):
    loss = optimizer.step(closure)
    scheduler.step()
    if i % 4 == 0:
        print(f"{loss.item():.4f}", [round(rate, 5) for rate in scheduler.get_last_lr()])

saved = optimizer.state_dict()
print({key: {k: v if k == "step" else v.shape for k, v in value.items()} for key, value in saved["state"].items()})
print(saved["param_groups"])
resumed = Lion([{"params": [weight]}, {"params": [bias]}])
resumed.load_state_dict(saved)
print(resumed.state[weight]["step"], resumed.param_groups[1]["lr"] == optimizer.param_groups[1]["lr"])
try:
    Lion([weight], lr=0)
except ValueError as error:
    print(error)
