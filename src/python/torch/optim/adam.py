"""Adam (arXiv:1412.6980, algorithm 1), and AMSGrad (https://openreview.net/forum?id=ryQu7f-RZ)."""

import math

import torch

from ._rule import Rule, average, average_square, blank


class Adam(Rule):
    checks = ("lr", "eps", "betas", "weight_decay")
    since = {"amsgrad": False, "maximize": False, "foreach": None, "capturable": False, "differentiable": False, "fused": False}
    dense_only = "Adam does not support sparse gradients, please consider SparseAdam instead"

    def __init__(
        self,
        params,
        lr=1e-3,
        betas=(0.9, 0.999),
        eps=1e-8,
        weight_decay=0,
        amsgrad=False,
        *,
        maximize=False,
        foreach=None,
        capturable=False,
        differentiable=False,
        fused=False,
    ):
        self._set_up(locals())
        if fused and differentiable:
            raise RuntimeError("`fused` cannot be `differentiable`")
        if fused:
            raise RuntimeError("FusedAdam requires all the params to be CUDA, floating point")

    def _start(self, param, group):
        largest = {"max_exp_avg_sq": blank(param)} if group["amsgrad"] else {}
        return self._counted(exp_avg=blank(param), exp_avg_sq=blank(param), **largest)

    def _move(self, param, grad, state, group):
        beta1, beta2 = group["betas"]
        mean = average(state["exp_avg"], grad, beta1)
        square = average_square(state["exp_avg_sq"], grad, beta2)
        if group.get("differentiable"):
            return self._move_as_node(param, mean, square, state, group)
        step = state["step"].item()
        if group["amsgrad"]:
            square = torch.maximum(state["max_exp_avg_sq"], square, out=state["max_exp_avg_sq"])
        scale = (square.sqrt() / math.sqrt(1 - beta2**step)).add_(group["eps"])
        param.addcdiv_(mean, scale, value=-(group["lr"] / (1 - beta1**step)))

    def _move_as_node(self, param, mean, square, state, group):
        """The same move as part of a graph: with the number of steps as a tensor, and the rate in the denominator."""
        beta1, beta2 = group["betas"]
        rate = (group["lr"] / (1 - torch.pow(beta1, state["step"]))).neg()
        if group["amsgrad"]:
            square = state["max_exp_avg_sq"].copy_(torch.maximum(state["max_exp_avg_sq"].clone(), square))
        root = (1 - torch.pow(beta2, state["step"])).sqrt()
        param.addcdiv_(mean, (square.sqrt() / (root * rate)).add_(group["eps"] / rate))
