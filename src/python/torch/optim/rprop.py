"""Rprop (Riedmiller and Braun, 1993, https://doi.org/10.1109/ICNN.1993.298623): only the gradient's sign counts, and whether it has changed."""

import torch

from ._rule import Rule, blank


class Rprop(Rule):
    checks = ("lr", "etas")
    since = {"foreach": None, "maximize": False}
    tensor_step = False

    def __init__(self, params, lr=1e-2, etas=(0.5, 1.2), step_sizes=(1e-6, 50), foreach=None, maximize=False):
        self._set_up(locals())

    def _start(self, param, group):
        size = complex(group["lr"], group["lr"]) if param.is_complex() else group["lr"]
        return self._counted(prev=blank(param), step_size=torch.full_like(param.grad, size))

    def _move(self, param, grad, state, group):
        previous, size = state["prev"], state["step_size"]
        slower, faster = group["etas"]
        agreement = grad.mul(previous).sign()
        turned = agreement.lt(0)
        factor = torch.ones_like(agreement).masked_fill_(agreement.gt(0), faster).masked_fill_(turned, slower)
        size.mul_(factor).clamp_(*group["step_sizes"])
        # Where the sign has turned nothing moves, and the next gradient has nothing to disagree with.
        grad = grad.masked_fill(turned, 0)
        param.addcmul_(grad.sign(), size, value=-1)
        previous.copy_(grad)
