"""Adam's kin: NAdam, RAdam and Adamax (https://pytorch.org/docs/1.13/optim.html)."""

import math

import torch

from .optimizer import PerParameter, check_betas, check_range, count_step, zeros_like


class NAdam(PerParameter):
    """Adam with Nesterov's momentum (Dozat, 2016)."""

    _LATER = {"foreach": None}

    def __init__(self, params, lr=2e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, momentum_decay=4e-3, foreach=None):
        _check(lr, betas, eps, weight_decay)
        check_range("momentum_decay value", momentum_decay)
        super().__init__(
            params,
            {
                "lr": lr,
                "betas": betas,
                "eps": eps,
                "weight_decay": weight_decay,
                "momentum_decay": momentum_decay,
                "foreach": foreach,
            },
        )

    def _update(self, param, grad, state, group):
        beta1, beta2 = group["betas"]
        lr, decay = group["lr"], group["momentum_decay"]
        if not state:
            state.update(step=torch.tensor(0.0), mu_product=torch.tensor(1.0))
            state.update(exp_avg=zeros_like(param), exp_avg_sq=zeros_like(param))
        mean, square, product = state["exp_avg"], state["exp_avg_sq"], state["mu_product"]
        step = count_step(state)
        if group["weight_decay"] != 0:
            grad = grad.add(param, alpha=group["weight_decay"])
        mu = beta1 * (1.0 - 0.5 * 0.96 ** (step * decay))
        mu_next = beta1 * (1.0 - 0.5 * 0.96 ** ((step + 1) * decay))
        product *= mu
        product_next = product * mu * mu_next
        mean.mul_(beta1).add_(grad, alpha=1 - beta1)
        square.mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
        denominator = square.div(1 - beta2**step).sqrt().add_(group["eps"])
        param.addcdiv_(grad, denominator, value=-lr * (1.0 - mu) / (1.0 - product.item()))
        param.addcdiv_(mean, denominator, value=-lr * mu_next / (1.0 - product_next.item()))


class RAdam(PerParameter):
    """Adam that trusts its second moment only when that has a variance (arXiv:1908.03265)."""

    _LATER = {"foreach": None}

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, foreach=None):
        _check(lr, betas, eps, weight_decay)
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "foreach": foreach})

    def _update(self, param, grad, state, group):
        beta1, beta2 = group["betas"]
        if not state:
            state.update(step=torch.tensor(0.0), exp_avg=zeros_like(param), exp_avg_sq=zeros_like(param))
        mean, square = state["exp_avg"], state["exp_avg_sq"]
        step = count_step(state)
        correction2 = 1 - beta2**step
        if group["weight_decay"] != 0:
            grad = grad.add(param, alpha=group["weight_decay"])
        mean.mul_(beta1).add_(grad, alpha=1 - beta1)
        square.mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
        move = mean / (1 - beta1**step) * group["lr"]
        longest = 2 / (1 - beta2) - 1
        length = longest - 2 * step * beta2**step / correction2
        if length > 5.0:
            ratio = (length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length)
            move = move * (math.sqrt(correction2) / square.sqrt().add_(group["eps"])) * math.sqrt(ratio)
        param.add_(move, alpha=-1.0)


class Adamax(PerParameter):
    """Adam by the infinity norm (arXiv:1412.6980, section 7.1)."""

    _LATER = {"foreach": None, "maximize": False}

    def __init__(self, params, lr=2e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, foreach=None, *, maximize=False):
        _check(lr, betas, eps, weight_decay)
        super().__init__(
            params,
            {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "foreach": foreach, "maximize": maximize},
        )

    def _update(self, param, grad, state, group):
        beta1, beta2 = group["betas"]
        if not state:
            state.update(step=torch.tensor(0.0), exp_avg=zeros_like(param), exp_inf=zeros_like(param))
        mean, largest = state["exp_avg"], state["exp_inf"]
        step = count_step(state)
        if group["weight_decay"] != 0:
            grad = grad.add(param, alpha=group["weight_decay"])
        if param.is_complex():
            param, grad, mean, largest = map(torch.view_as_real, (param, grad, mean, largest))
        mean.mul_(beta1).add_(grad, alpha=1 - beta1)
        torch.maximum(largest.mul_(beta2), grad.abs().add_(group["eps"]), out=largest)
        param.addcdiv_(mean, largest, value=-(group["lr"] / (1 - beta1**step)))


def _check(lr, betas, eps, weight_decay):
    check_range("learning rate", lr)
    check_range("epsilon value", eps)
    check_betas(betas)
    check_range("weight_decay value", weight_decay)


NAdam.__module__ = "torch.optim.nadam"
RAdam.__module__ = "torch.optim.radam"
Adamax.__module__ = "torch.optim.adamax"
