"""Schedulers that follow one formula (https://pytorch.org/docs/1.13/optim.html#how-to-adjust-learning-rate)."""

import math
from bisect import bisect_right
from collections import Counter
from types import FunctionType

from ._cosine import cos
from ._schedule import Chained, ClosedForm, per_group


class _ByFunction(Chained):
    """By functions of the epoch. Of these only what callable objects hold is saved."""

    def __init__(self, optimizer, lr_lambda, last_epoch=-1, verbose=False):
        self.optimizer = optimizer
        self.lr_lambdas = list(per_group(optimizer, lr_lambda, "Expected {wanted} lr_lambdas, but got {given}"))
        super().__init__(optimizer, last_epoch, verbose)

    def state_dict(self):
        kept = [None if isinstance(each, FunctionType) else each.__dict__.copy() for each in self.lr_lambdas]
        state = super().state_dict()
        del state["lr_lambdas"]
        return {**state, "lr_lambdas": kept}

    def load_state_dict(self, state_dict):
        self.__dict__.update({name: value for name, value in state_dict.items() if name != "lr_lambdas"})
        for each, kept in zip(self.lr_lambdas, state_dict["lr_lambdas"]):
            if kept is not None:
                each.__dict__.update(kept)


class LambdaLR(_ByFunction):
    def _next(self):
        return [base * factor(self.last_epoch) for factor, base in zip(self.lr_lambdas, self.base_lrs)]


class MultiplicativeLR(_ByFunction):
    def _next(self):
        rates = [group["lr"] for group in self.optimizer.param_groups]
        if self.last_epoch > 0:
            return [lr * factor(self.last_epoch) for factor, lr in zip(self.lr_lambdas, rates)]
        return rates


class StepLR(ClosedForm):
    def __init__(self, optimizer, step_size, gamma=0.1, last_epoch=-1, verbose=False):
        self.step_size = step_size
        self.gamma = gamma
        super().__init__(optimizer, last_epoch, verbose)

    def _follow(self, lr, base):
        return lr if self.last_epoch == 0 or self.last_epoch % self.step_size else lr * self.gamma

    def _at_epoch(self, base):
        return base * self.gamma ** (self.last_epoch // self.step_size)


class MultiStepLR(ClosedForm):
    def __init__(self, optimizer, milestones, gamma=0.1, last_epoch=-1, verbose=False):
        self.milestones = Counter(milestones)
        self.gamma = gamma
        super().__init__(optimizer, last_epoch, verbose)

    def _follow(self, lr, base):
        times = self.milestones.get(self.last_epoch)
        return lr if times is None else lr * self.gamma**times

    def _at_epoch(self, base):
        return base * self.gamma ** bisect_right(sorted(self.milestones.elements()), self.last_epoch)


class ConstantLR(ClosedForm):
    def __init__(self, optimizer, factor=1.0 / 3, total_iters=5, last_epoch=-1, verbose=False):
        if factor > 1.0 or factor < 0:
            raise ValueError("Constant multiplicative factor expected to be between 0 and 1.")
        self.factor = factor
        self.total_iters = total_iters
        super().__init__(optimizer, last_epoch, verbose)

    def _follow(self, lr, base):
        if self.last_epoch == 0:
            return lr * self.factor
        return lr * (1.0 / self.factor) if self.last_epoch == self.total_iters else lr

    def _at_epoch(self, base):
        return base * (self.factor + (self.last_epoch >= self.total_iters) * (1 - self.factor))


class LinearLR(ClosedForm):
    def __init__(self, optimizer, start_factor=1.0 / 3, end_factor=1.0, total_iters=5, last_epoch=-1, verbose=False):
        for name, factor in (("Starting", start_factor), ("Ending", end_factor)):
            if factor > 1.0 or factor < 0:
                raise ValueError(f"{name} multiplicative factor expected to be between 0 and 1.")
        self.start_factor = start_factor
        self.end_factor = end_factor
        self.total_iters = total_iters
        super().__init__(optimizer, last_epoch, verbose)

    def _follow(self, lr, base):
        epoch, total, rise = self.last_epoch, self.total_iters, self.end_factor - self.start_factor
        if epoch == 0:
            return lr * self.start_factor
        return lr if epoch > total else lr * (1.0 + rise / (total * self.start_factor + (epoch - 1) * rise))

    def _at_epoch(self, base):
        rise, passed = self.end_factor - self.start_factor, min(self.total_iters, self.last_epoch)
        return base * (self.start_factor + rise * passed / self.total_iters)


class ExponentialLR(ClosedForm):
    def __init__(self, optimizer, gamma, last_epoch=-1, verbose=False):
        self.gamma = gamma
        super().__init__(optimizer, last_epoch, verbose)

    def _follow(self, lr, base):
        return lr if self.last_epoch == 0 else lr * self.gamma

    def _at_epoch(self, base):
        return base * self.gamma**self.last_epoch


class PolynomialLR(ClosedForm):
    def __init__(self, optimizer, total_iters=5, power=1.0, last_epoch=-1, verbose=False):
        self.total_iters = total_iters
        self.power = power
        super().__init__(optimizer, last_epoch, verbose)

    def _follow(self, lr, base):
        epoch, total = self.last_epoch, self.total_iters
        if epoch == 0 or epoch > total:
            return lr
        return lr * ((1.0 - epoch / total) / (1.0 - (epoch - 1) / total)) ** self.power

    def _at_epoch(self, base):
        return base * (1.0 - min(self.total_iters, self.last_epoch) / self.total_iters) ** self.power


class CosineAnnealingLR(ClosedForm):
    """arXiv:1608.03983, without its restarts."""

    def __init__(self, optimizer, T_max, eta_min=0, last_epoch=-1, verbose=False):
        self.T_max = T_max
        self.eta_min = eta_min
        super().__init__(optimizer, last_epoch, verbose)

    def _follow(self, lr, base):
        epoch, turn, least = self.last_epoch, self.T_max, self.eta_min
        if epoch == 0:
            return lr
        if self._step_count == 1:
            return least + (base - least) * (1 + cos(epoch * math.pi / turn)) / 2
        if (epoch - 1 - turn) % (2 * turn) == 0:  # The one before is the least, from which no ratio leads on.
            return lr + (base - least) * (1 - cos(math.pi / turn)) / 2
        ratio = (1 + cos(math.pi * epoch / turn)) / (1 + cos(math.pi * (epoch - 1) / turn))
        return ratio * (lr - least) + least

    def _at_epoch(self, base):
        return self.eta_min + (base - self.eta_min) * (1 + cos(math.pi * self.last_epoch / self.T_max)) / 2
