"""Stochastic gradient descent, with momentum (https://pytorch.org/docs/1.13/generated/torch.optim.SGD.html)."""

from .optimizer import Optimizer


class SGD(Optimizer):
    def __init__(self, params, lr, momentum=0, dampening=0, weight_decay=0, nesterov=False, *, maximize=False, foreach=None):
        if lr < 0.0:
            raise ValueError(f"Invalid learning rate: {lr}")
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError("Nesterov momentum requires a momentum and zero dampening")
        super().__init__(
            params,
            {
                "lr": lr,
                "momentum": momentum,
                "dampening": dampening,
                "weight_decay": weight_decay,
                "nesterov": nesterov,
                "maximize": maximize,
                "foreach": foreach,
                "differentiable": False,
            },
        )

    def update(self, param, grad, state, group):
        step = -grad if group["maximize"] else grad
        if group["weight_decay"] != 0:
            step = step.add(param, alpha=group["weight_decay"])
        momentum = group["momentum"]
        if momentum != 0:
            buffer = state.get("momentum_buffer")
            if buffer is None:
                buffer = state["momentum_buffer"] = step.detach().clone()
            else:
                buffer.mul_(momentum).add_(step, alpha=1 - group["dampening"])
            step = step.add(buffer, alpha=momentum) if group["nesterov"] else buffer
        param.add_(step, alpha=-group["lr"])


SGD.__module__ = "torch.optim.sgd"
