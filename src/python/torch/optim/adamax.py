"""Adamax: Adam by the infinity norm (arXiv:1412.6980, section 7.1)."""

import torch

from ._rule import Rule, average, blank


class Adamax(Rule):
    checks = ("lr", "eps", "betas", "weight_decay")
    since = {"foreach": None, "maximize": False}

    def __init__(self, params, lr=2e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, foreach=None, *, maximize=False):
        self._set_up(locals())

    def _start(self, param, group):
        return self._counted(exp_avg=blank(param), exp_inf=blank(param))

    def _move(self, param, grad, state, group):
        beta1, beta2 = group["betas"]
        mean, largest = average(state["exp_avg"], grad, beta1), state["exp_inf"]
        torch.maximum(largest.mul_(beta2), grad.abs().add_(group["eps"]), out=largest)
        param.addcdiv_(mean, largest, value=-(group["lr"] / (1 - beta1 ** state["step"].item())))
