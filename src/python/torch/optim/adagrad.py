"""Adagrad (Duchi, Hazan and Singer, https://jmlr.org/papers/v12/duchi11a.html)."""

import torch

from ._rule import Rule


class Adagrad(Rule):
    checks = ("lr", "lr_decay", "weight_decay", "initial_accumulator_value", "eps")
    order = "lr lr_decay eps weight_decay initial_accumulator_value foreach maximize"
    since = {"foreach": None, "maximize": False}

    def __init__(
        self,
        params,
        lr=1e-2,
        lr_decay=0,
        weight_decay=0,
        initial_accumulator_value=0,
        eps=1e-10,
        foreach=None,
        *,
        maximize=False,
    ):
        self._set_up(locals())
        for group in self.param_groups:
            for param in group["params"]:
                self.state[param].update(self._start(param, {"initial_accumulator_value": initial_accumulator_value}))

    def share_memory(self):
        """There is one process: nothing to do."""

    def _start(self, param, group):
        value = group["initial_accumulator_value"]
        value = complex(value, value) if param.is_complex() else value
        return self._counted(sum=torch.full_like(param, value, memory_format=torch.preserve_format))

    def _move(self, param, grad, state, group):
        total = state["sum"].addcmul_(grad, grad, value=1)
        rate = group["lr"] / (1 + (state["step"].item() - 1) * group["lr_decay"])
        param.addcdiv_(grad, total.sqrt().add_(group["eps"]), value=-rate)
