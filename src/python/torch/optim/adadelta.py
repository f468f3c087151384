"""Adadelta (arXiv:1212.5701, algorithm 1)."""

from ._rule import Rule, average_square, blank


class Adadelta(Rule):
    checks = ("lr", "rho", "eps", "weight_decay")
    order = "lr rho eps weight_decay maximize foreach"
    since = {"foreach": None, "maximize": False}
    tensor_step = False

    def __init__(self, params, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0, foreach=None, *, maximize=False):
        self._set_up(locals())

    def _start(self, param, group):
        return self._counted(square_avg=blank(param), acc_delta=blank(param))

    def _move(self, param, grad, state, group):
        rho, eps, moved = group["rho"], group["eps"], state["acc_delta"]
        deviation = average_square(state["square_avg"], grad, rho).add(eps).sqrt_()
        delta = moved.add(eps).sqrt_().div_(deviation).mul_(grad)
        average_square(moved, delta, rho)
        param.add_(delta, alpha=-group["lr"])
