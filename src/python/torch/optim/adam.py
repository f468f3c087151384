"""Adam (https://pytorch.org/docs/1.13/generated/torch.optim.Adam.html, arXiv:1412.6980)."""

import math

from .optimizer import Optimizer


class Adam(Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, amsgrad=False):
        if amsgrad:
            raise NotImplementedError("Adam with amsgrad is not supported by the embedded engine yet.")
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "amsgrad": amsgrad})

    def update(self, param, grad, state, group):
        beta1, beta2 = group["betas"]
        if not state:
            state["step"] = 0
            state["exp_avg"] = param.detach() * 0
            state["exp_avg_sq"] = param.detach() * 0
        state["step"] += 1
        if group["weight_decay"] != 0:
            grad = grad.add(param, alpha=group["weight_decay"])
        mean, square = state["exp_avg"], state["exp_avg_sq"]
        mean.mul_(beta1).add_(grad, alpha=1 - beta1)
        square.mul_(beta2).add_(grad * grad * (1 - beta2))
        correction1 = 1 - beta1 ** state["step"]
        correction2 = 1 - beta2 ** state["step"]
        denominator = (square.sqrt() / math.sqrt(correction2)).add_(group["eps"])
        param.add_(mean / denominator * (-group["lr"] / correction1))


Adam.__module__ = "torch.optim.adam"
