"""Adam (https://pytorch.org/docs/1.13/generated/torch.optim.Adam.html, arXiv:1412.6980)."""

import math

import torch

from .optimizer import PerParameter, check_betas, check_range, count_step, refuse, zeros_like


class Adam(PerParameter):
    _LATER = {"amsgrad": False, "maximize": False, "foreach": None, "capturable": False, "differentiable": False, "fused": False}

    def __init__(
        self,
        params,
        lr=1e-3,
        betas=(0.9, 0.999),
        eps=1e-8,
        weight_decay=0,
        amsgrad=False,
        *,
        foreach=None,
        maximize=False,
        capturable=False,
        differentiable=False,
        fused=False,
    ):
        _check(lr, betas, eps, weight_decay)
        refuse("Adam", capturable=capturable, differentiable=differentiable)
        super().__init__(
            params,
            {
                "lr": lr,
                "betas": betas,
                "eps": eps,
                "weight_decay": weight_decay,
                "amsgrad": amsgrad,
                "maximize": maximize,
                "foreach": foreach,
                "capturable": capturable,
                "differentiable": differentiable,
                "fused": fused,
            },
        )
        if fused:
            raise RuntimeError("FusedAdam requires all the params to be CUDA, floating point")

    def _update(self, param, grad, state, group):
        _start(param, state, group)
        step = count_step(state)
        if group["weight_decay"] != 0:
            grad = grad.add(param, alpha=group["weight_decay"])
        _move(param, grad, state, group, step)


class AdamW(PerParameter):
    """Adam whose decay of the weights is not part of the gradient (arXiv:1711.05101)."""

    _LATER = {"amsgrad": False, "maximize": False, "foreach": None, "capturable": False}

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
        differentiable=False,
    ):
        _check(lr, betas, eps, weight_decay)
        refuse("AdamW", capturable=capturable, differentiable=differentiable)
        super().__init__(
            params,
            {
                "lr": lr,
                "betas": betas,
                "eps": eps,
                "weight_decay": weight_decay,
                "amsgrad": amsgrad,
                "foreach": foreach,
                "maximize": maximize,
                "capturable": capturable,
            },
        )

    def _update(self, param, grad, state, group):
        _start(param, state, group)
        step = count_step(state)
        param.mul_(1 - group["lr"] * group["weight_decay"])
        _move(param, grad, state, group, step)


def _check(lr, betas, eps, weight_decay):
    check_range("learning rate", lr)
    check_range("epsilon value", eps)
    check_betas(betas)
    check_range("weight_decay value", weight_decay)


def _start(param, state, group):
    if state:
        return
    state["step"] = torch.tensor(0.0)
    state["exp_avg"] = zeros_like(param)
    state["exp_avg_sq"] = zeros_like(param)
    if group["amsgrad"]:
        state["max_exp_avg_sq"] = zeros_like(param)


def _move(param, grad, state, group, step):
    """Algorithm 1 of the paper; with AMSGrad the largest second moment so far divides (Reddi et al., 2018)."""
    beta1, beta2 = group["betas"]
    mean, square = state["exp_avg"], state["exp_avg_sq"]
    largest = state["max_exp_avg_sq"] if group["amsgrad"] else None
    if param.is_complex():
        param, grad, mean, square = map(torch.view_as_real, (param, grad, mean, square))
        largest = None if largest is None else torch.view_as_real(largest)
    mean.mul_(beta1).add_(grad, alpha=1 - beta1)
    square.mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
    if largest is not None:
        square = torch.maximum(largest, square, out=largest)
    denominator = (square.sqrt() / math.sqrt(1 - beta2**step)).add_(group["eps"])
    param.addcdiv_(mean, denominator, value=-(group["lr"] / (1 - beta1**step)))


Adam.__module__ = "torch.optim.adam"
AdamW.__module__ = "torch.optim.adamw"
