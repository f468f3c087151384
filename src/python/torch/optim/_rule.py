"""What PyTorch's own optimizers share: settings that are checked by name, and a rule that moves one parameter at a time."""

import torch

from .._bridge import tell
from .optimizer import Optimizer, required


class Rule(Optimizer):
    """An optimizer is its constructor's signature, which settings are checked, what a parameter starts with, and how it moves."""

    checks = ()
    """Settings that `CHECKS` knows, in the order in which PyTorch looks at them."""
    order = ""
    """The settings of a group as PyTorch lists them, where that is not the signature's order."""
    since = {}
    """Settings that optimizers pickled by earlier versions lack."""
    tensor_step = True
    """Whether the number of steps is a tensor, which it is where CUDA graphs may count it, or an int."""
    as_real = True
    """Whether a complex parameter moves as pairs of real numbers."""
    decay_in_gradient = True
    dense_only = "{} does not support sparse gradients"

    def _set_up(self, given):
        """`given`: the constructor's `locals()`. The settings stand once, in its signature."""
        for name in ("self", "__class__"):
            given.pop(name, None)
        params = given.pop("params")
        for name in self.checks:
            CHECKS[name](given[name])
        if given.get("capturable"):
            raise NotImplementedError(f"torch.optim.{type(self).__name__} with capturable=True needs a GPU. Leave it out.")
        Optimizer.__init__(self, params, {name: given[name] for name in self.order.split() or given})

    def __setstate__(self, state):
        super().__setstate__(state)
        for group in self.param_groups:
            for name, value in self.since.items():
                group.setdefault(name, value)
        for kept in self.state.values():
            if self.tensor_step and isinstance(kept.get("step"), (int, float)):
                kept["step"] = torch.tensor(float(kept["step"]))

    def step(self, closure=None):
        """Moves every parameter that has a gradient. `closure` computes the loss anew, and its value is returned."""
        with torch.set_grad_enabled(bool(self.defaults.get("differentiable"))):
            loss = None
            if closure is not None:
                with torch.enable_grad():
                    loss = closure()
            tell("step", self)
            for group in self.param_groups:
                for param in group["params"]:
                    if param.grad is not None:
                        self._advance(param, param.grad, group)
        return loss

    def _advance(self, param, grad, group):
        if grad.is_sparse:
            raise RuntimeError(self.dense_only.format(type(self).__name__))
        state = self.state[param]
        if not state:
            state.update(self._start(param, group))
        if group.get("maximize"):
            grad = -grad
        if "step" in state:
            state["step"] += 1
        if self.decay_in_gradient and group.get("weight_decay"):
            grad = grad.add(param, alpha=group["weight_decay"])
        if self.as_real and param.is_complex():
            param, grad = torch.view_as_real(param), torch.view_as_real(grad)
            state = {name: _real(value) for name, value in state.items()}
        self._move(param, grad, state, group)

    def _start(self, param, group):
        """The first state of a parameter, in PyTorch's order."""
        return {}

    def _move(self, param, grad, state, group):
        raise NotImplementedError

    def _counted(self, **state):
        return {"step": torch.tensor(0.0) if self.tensor_step else 0, **state}


def blank(param):
    return torch.zeros_like(param, memory_format=torch.preserve_format)


def average(mean, value, keep):
    """The exponential moving average, in place."""
    return mean.mul_(keep).add_(value, alpha=1 - keep)


def average_square(mean, value, keep):
    return mean.mul_(keep).addcmul_(value, value, value=1 - keep)


def _real(value):
    return torch.view_as_real(value) if isinstance(value, torch.Tensor) and value.is_complex() else value


def _at_least_zero(words):
    def check(value):
        if not 0.0 <= value:
            raise ValueError(f"Invalid {words}: {value}")

    return check


def _check_lr(lr):
    if lr is not required:
        _at_least_zero("learning rate")(lr)


def _check_betas(betas):
    for i in (0, 1):
        if not 0.0 <= betas[i] < 1.0:
            raise ValueError(f"Invalid beta parameter at index {i}: {betas[i]}")


def _check_rho(rho):
    if not 0.0 <= rho <= 1.0:
        raise ValueError(f"Invalid rho value: {rho}")


def _check_etas(etas):
    if not 0.0 < etas[0] < 1.0 < etas[1]:
        raise ValueError(f"Invalid eta values: {etas[0]}, {etas[1]}")


CHECKS = {"lr": _check_lr, "betas": _check_betas, "rho": _check_rho, "etas": _check_etas, "eps": _at_least_zero("epsilon value")}
for _name in "weight_decay momentum momentum_decay alpha lr_decay initial_accumulator_value".split():
    CHECKS[_name] = _at_least_zero(f"{_name} value")
