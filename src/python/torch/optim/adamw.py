"""AdamW: Adam with a decay of the weights that is no part of the gradient (arXiv:1711.05101)."""

from ._rule import Rule
from .adam import Adam


class AdamW(Rule):
    checks = Adam.checks
    order = "lr betas eps weight_decay amsgrad foreach maximize capturable"
    since = {"amsgrad": False, "maximize": False, "foreach": None, "capturable": False}
    decay_in_gradient = False

    def __init__(
        self,
        params,
        lr=1e-3,
        betas=(0.9, 0.999),
        eps=1e-8,
        weight_decay=1e-2,
        amsgrad=False,
        *,
        maximize=False,
        foreach=None,
        capturable=False,
    ):
        self._set_up(locals())

    _start = Adam._start

    def _move(self, param, grad, state, group):
        param.mul_(1 - group["lr"] * group["weight_decay"])
        Adam._move(self, param, grad, state, group)
