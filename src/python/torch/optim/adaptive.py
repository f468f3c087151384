"""Learning rates of their own per element: Adadelta, Adagrad, RMSprop and Rprop (https://pytorch.org/docs/1.13/optim.html)."""

import torch

from .optimizer import PerParameter, check_range, count_step, zeros_like


class Adadelta(PerParameter):
    """arXiv:1212.5701."""

    _LATER = {"foreach": None, "maximize": False}

    def __init__(self, params, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0, foreach=None, *, maximize=False):
        check_range("learning rate", lr)
        if not 0.0 <= rho <= 1.0:
            raise ValueError(f"Invalid rho value: {rho}")
        check_range("epsilon value", eps)
        check_range("weight_decay value", weight_decay)
        super().__init__(
            params,
            {"lr": lr, "rho": rho, "eps": eps, "weight_decay": weight_decay, "maximize": maximize, "foreach": foreach},
        )

    def _update(self, param, grad, state, group):
        rho, eps = group["rho"], group["eps"]
        if not state:
            state.update(step=0, square_avg=zeros_like(param), acc_delta=zeros_like(param))
        square, moved = state["square_avg"], state["acc_delta"]
        state["step"] += 1
        if group["weight_decay"] != 0:
            grad = grad.add(param, alpha=group["weight_decay"])
        if param.is_complex():
            param, grad, square, moved = map(torch.view_as_real, (param, grad, square, moved))
        square.mul_(rho).addcmul_(grad, grad, value=1 - rho)
        deviation = square.add(eps).sqrt_()
        delta = moved.add(eps).sqrt_().div_(deviation).mul_(grad)
        moved.mul_(rho).addcmul_(delta, delta, value=1 - rho)
        param.add_(delta, alpha=-group["lr"])


class Adagrad(PerParameter):
    """Duchi, Hazan and Singer, 2011 (https://jmlr.org/papers/v12/duchi11a.html)."""

    _LATER = {"foreach": None, "maximize": False}

    def __init__(
        self,
        params,
        lr=1e-2,
        lr_decay=0,
        weight_decay=0,
        initial_accumulator_value=0,
        eps=1e-10,
        foreach=None,
        *,
        maximize=False,
    ):
        check_range("learning rate", lr)
        check_range("lr_decay value", lr_decay)
        check_range("weight_decay value", weight_decay)
        check_range("initial_accumulator_value value", initial_accumulator_value)
        check_range("epsilon value", eps)
        super().__init__(
            params,
            {
                "lr": lr,
                "lr_decay": lr_decay,
                "eps": eps,
                "weight_decay": weight_decay,
                "initial_accumulator_value": initial_accumulator_value,
                "foreach": foreach,
                "maximize": maximize,
            },
        )
        for group in self.param_groups:
            for param in group["params"]:
                start = initial_accumulator_value
                start = complex(start, start) if param.is_complex() else start
                total = torch.full_like(param, start, memory_format=torch.preserve_format)
                self.state[param].update(step=torch.tensor(0.0), sum=total)

    def share_memory(self):
        """There is one process: nothing to do."""

    def _update(self, param, grad, state, group):
        step, total = count_step(state), state["sum"]
        if group["weight_decay"] != 0:
            grad = grad.add(param, alpha=group["weight_decay"])
        if param.is_complex():
            param, grad, total = map(torch.view_as_real, (param, grad, total))
        total.addcmul_(grad, grad, value=1)
        rate = group["lr"] / (1 + (step - 1) * group["lr_decay"])
        param.addcdiv_(grad, total.sqrt().add_(group["eps"]), value=-rate)


class RMSprop(PerParameter):
    """Hinton's lecture 6 (https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf); centred: arXiv:1308.0850."""

    _LATER = {"momentum": 0, "centered": False, "foreach": None, "maximize": False, "differentiable": False}

    def __init__(
        self,
        params,
        lr=1e-2,
        alpha=0.99,
        eps=1e-8,
        weight_decay=0,
        momentum=0,
        centered=False,
        foreach=None,
        maximize=False,
        differentiable=False,
    ):
        check_range("learning rate", lr)
        check_range("epsilon value", eps)
        check_range("momentum value", momentum)
        check_range("weight_decay value", weight_decay)
        check_range("alpha value", alpha)
        super().__init__(
            params,
            {
                "lr": lr,
                "momentum": momentum,
                "alpha": alpha,
                "eps": eps,
                "centered": centered,
                "weight_decay": weight_decay,
                "foreach": foreach,
                "maximize": maximize,
                "differentiable": differentiable,
            },
        )

    def _start(self, param, state, group):
        state.update(step=0, square_avg=zeros_like(param))
        if group["momentum"] > 0:
            state["momentum_buffer"] = zeros_like(param)
        if group["centered"]:
            state["grad_avg"] = zeros_like(param)

    def _update(self, param, grad, state, group):
        if not state:
            self._start(param, state, group)
        state["step"] += 1
        alpha, eps = group["alpha"], group["eps"]
        if group["weight_decay"] != 0:
            grad = grad.add(param, alpha=group["weight_decay"])
        view = torch.view_as_real if param.is_complex() else lambda tensor: tensor
        param, grad, square = view(param), view(grad), view(state["square_avg"])
        square.mul_(alpha).addcmul_(grad, grad, value=1 - alpha)
        if group["centered"]:
            mean = view(state["grad_avg"])
            mean.mul_(alpha).add_(grad, alpha=1 - alpha)
            scale = square.addcmul(mean, mean, value=-1).sqrt_()
        else:
            scale = square.sqrt()
        scale = scale.add(eps) if group["differentiable"] else scale.add_(eps)
        if group["momentum"] > 0:
            buffer = view(state["momentum_buffer"])
            buffer.mul_(group["momentum"]).addcdiv_(grad, scale)
            param.add_(buffer, alpha=-group["lr"])
        else:
            param.addcdiv_(grad, scale, value=-group["lr"])


class Rprop(PerParameter):
    """Riedmiller and Braun, 1993: only the gradient's sign counts, and whether it has changed."""

    _LATER = {"foreach": None, "maximize": False}

    def __init__(self, params, lr=1e-2, etas=(0.5, 1.2), step_sizes=(1e-6, 50), foreach=None, maximize=False):
        check_range("learning rate", lr)
        if not 0.0 < etas[0] < 1.0 < etas[1]:
            raise ValueError(f"Invalid eta values: {etas[0]}, {etas[1]}")
        super().__init__(
            params, {"lr": lr, "etas": etas, "step_sizes": step_sizes, "foreach": foreach, "maximize": maximize}
        )

    def _update(self, param, grad, state, group):
        if not state:
            rate = complex(group["lr"], group["lr"]) if param.is_complex() else group["lr"]
            state.update(step=0, prev=zeros_like(param), step_size=torch.full_like(grad, rate))
        state["step"] += 1
        previous, size = state["prev"], state["step_size"]
        if param.is_complex():
            param, grad, previous, size = map(torch.view_as_real, (param, grad, previous, size))
        slower, faster = group["etas"]
        agreement = grad.mul(previous).sign()
        factor = torch.ones_like(agreement).masked_fill_(agreement.gt(0), faster).masked_fill_(agreement.lt(0), slower)
        size.mul_(factor).clamp_(*group["step_sizes"])
        # After a change of sign the step is left out, and the next one has nothing to disagree with.
        grad = grad.masked_fill(agreement.lt(0), 0)
        param.addcmul_(grad.sign(), size, value=-1)
        previous.copy_(grad)


Adadelta.__module__ = "torch.optim.adadelta"
Adagrad.__module__ = "torch.optim.adagrad"
RMSprop.__module__ = "torch.optim.rmsprop"
Rprop.__module__ = "torch.optim.rprop"
