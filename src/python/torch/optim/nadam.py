"""NAdam: Adam with Nesterov's momentum (Dozat, https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ)."""

import torch

from ._rule import Rule, average, average_square, blank


class NAdam(Rule):
    checks = ("lr", "eps", "betas", "weight_decay", "momentum_decay")
    since = {"foreach": None}
    as_real = False

    def __init__(self, params, lr=2e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, momentum_decay=4e-3, foreach=None):
        self._set_up(locals())

    def _start(self, param, group):
        return self._counted(mu_product=torch.tensor(1.0), exp_avg=blank(param), exp_avg_sq=blank(param))

    def _move(self, param, grad, state, group):
        (beta1, beta2), step, lr = group["betas"], state["step"].item(), group["lr"]
        mu, mu_next = (beta1 * (1.0 - 0.5 * 0.96 ** (t * group["momentum_decay"])) for t in (step, step + 1))
        product = state["mu_product"]
        product *= mu
        mean = average(state["exp_avg"], grad, beta1)
        square = average_square(state["exp_avg_sq"], grad, beta2)
        scale = square.div(1 - beta2**step).sqrt().add_(group["eps"])
        param.addcdiv_(grad, scale, value=-lr * (1.0 - mu) / (1.0 - product.item()))
        param.addcdiv_(mean, scale, value=-lr * mu_next / (1.0 - (product * mu * mu_next).item()))
