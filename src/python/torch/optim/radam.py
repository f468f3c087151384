"""RAdam: Adam that trusts its second moment only where that has a variance (arXiv:1908.03265, algorithm 2)."""

import math

from ._rule import Rule, average, average_square, blank


class RAdam(Rule):
    checks = ("lr", "eps", "betas", "weight_decay")
    since = {"foreach": None}
    as_real = False

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, foreach=None):
        self._set_up(locals())

    def _start(self, param, group):
        return self._counted(exp_avg=blank(param), exp_avg_sq=blank(param))

    def _move(self, param, grad, state, group):
        (beta1, beta2), step = group["betas"], state["step"].item()
        mean = average(state["exp_avg"], grad, beta1)
        square = average_square(state["exp_avg_sq"], grad, beta2)
        move = mean / (1 - beta1**step) * group["lr"]
        correction = 1 - beta2**step
        longest = 2 / (1 - beta2) - 1
        length = longest - 2 * step * beta2**step / correction
        if length > 5.0:
            ratio = (length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length)
            move = move * (math.sqrt(correction) / square.sqrt().add_(group["eps"])) * math.sqrt(ratio)
        param.add_(move, alpha=-1.0)
