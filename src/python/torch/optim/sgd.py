"""Stochastic gradient descent, with momentum (Sutskever et al., http://proceedings.mlr.press/v28/sutskever13.html)."""

from ._rule import Rule
from .optimizer import required


class SGD(Rule):
    checks = ("lr", "momentum", "weight_decay")
    since = {"nesterov": False, "maximize": False, "foreach": None, "differentiable": False}
    as_real = False

    def __init__(
        self,
        params,
        lr=required,
        momentum=0,
        dampening=0,
        weight_decay=0,
        nesterov=False,
        *,
        maximize=False,
        foreach=None,
        differentiable=False,
    ):
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError("Nesterov momentum requires a momentum and zero dampening")
        self._set_up(locals())

    def _move(self, param, grad, state, group):
        momentum, buffer = group["momentum"], None
        if momentum != 0:
            buffer = state.get("momentum_buffer")
            if buffer is None:
                buffer = grad.clone().detach()
            else:
                buffer.mul_(momentum).add_(grad, alpha=1 - group["dampening"])
            grad = grad.add(buffer, alpha=momentum) if group["nesterov"] else buffer
        param.add_(grad, alpha=-group["lr"])
        state["momentum_buffer"] = buffer
