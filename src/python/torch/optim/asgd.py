"""Averaged stochastic gradient descent (Polyak and Juditsky, 1992; https://pytorch.org/docs/1.13/generated/torch.optim.ASGD.html)."""

import math

import torch

from .optimizer import PerParameter, check_range, count_step, zeros_like


class ASGD(PerParameter):
    _LATER = {"foreach": None, "maximize": False}

    def __init__(self, params, lr=1e-2, lambd=1e-4, alpha=0.75, t0=1e6, weight_decay=0, foreach=None, maximize=False):
        check_range("learning rate", lr)
        check_range("weight_decay value", weight_decay)
        super().__init__(
            params,
            {
                "lr": lr,
                "lambd": lambd,
                "alpha": alpha,
                "t0": t0,
                "weight_decay": weight_decay,
                "foreach": foreach,
                "maximize": maximize,
            },
        )

    def _update(self, param, grad, state, group):
        lr, lambd = group["lr"], group["lambd"]
        if not state:
            state.update(step=torch.tensor(0.0), eta=torch.tensor(lr), mu=torch.tensor(1.0), ax=zeros_like(param))
        mean, eta, mu = state["ax"], state["eta"], state["mu"]
        if param.is_complex():
            param, grad, mean = map(torch.view_as_real, (param, grad, mean))
        step = count_step(state)
        if group["weight_decay"] != 0:
            grad = grad.add(param, alpha=group["weight_decay"])
        rate = eta.item()
        param.mul_(1 - lambd * rate)
        param.add_(grad, alpha=-rate)
        if mu.item() != 1:
            mean.add_(param.sub(mean).mul(mu))
        else:
            mean.copy_(param)
        eta.copy_(torch.tensor(lr / math.pow(1 + lambd * lr * step, group["alpha"])))
        mu.copy_(torch.tensor(1 / max(1, step - group["t0"])))


ASGD.__module__ = "torch.optim.asgd"
