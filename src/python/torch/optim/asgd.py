"""Averaged stochastic gradient descent (Polyak and Juditsky, 1992, https://doi.org/10.1137/0330046)."""

import math

import torch

from ._rule import Rule, blank


class ASGD(Rule):
    checks = ("lr", "weight_decay")
    since = {"foreach": None, "maximize": False}

    def __init__(self, params, lr=1e-2, lambd=1e-4, alpha=0.75, t0=1e6, weight_decay=0, foreach=None, maximize=False):
        self._set_up(locals())

    def _start(self, param, group):
        return self._counted(eta=torch.tensor(group["lr"]), mu=torch.tensor(1.0), ax=blank(param))

    def _move(self, param, grad, state, group):
        lr, lambd, mean = group["lr"], group["lambd"], state["ax"]
        step, eta, mu = state["step"].item(), state["eta"], state["mu"]
        rate = eta.item()
        param.mul_(1 - lambd * rate)
        param.add_(grad, alpha=-rate)
        if mu.item() != 1:
            mean.add_(param.sub(mean).mul(mu))
        else:
            mean.copy_(param)
        eta.fill_(lr / math.pow(1 + lambd * lr * step, group["alpha"]))
        mu.fill_(1 / max(1, step - group["t0"]))
