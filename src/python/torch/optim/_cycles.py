"""Schedulers whose rate rises again: cycles (arXiv:1506.01186), one cycle (arXiv:1708.07120) and warm restarts (arXiv:1608.03983)."""

import math

from ._cosine import cos
from ._schedule import Chained, per_group, require_optimizer

_VALUES = "expected {{wanted}} values for {}, got {{given}}"
_NO_MOMENTUM = "optimizer must support momentum with `cycle_momentum` option enabled"


class CyclicLR(Chained):
    def __init__(
        self,
        optimizer,
        base_lr,
        max_lr,
        step_size_up=2000,
        step_size_down=None,
        mode="triangular",
        gamma=1.0,
        scale_fn=None,
        scale_mode="cycle",
        cycle_momentum=True,
        base_momentum=0.8,
        max_momentum=0.9,
        last_epoch=-1,
        verbose=False,
    ):
        require_optimizer(optimizer)
        self.optimizer = optimizer
        base_lrs = self._format_param("base_lr", optimizer, base_lr)
        if last_epoch == -1:
            for lr, group in zip(base_lrs, optimizer.param_groups):
                group["lr"] = lr
        self.max_lrs = self._format_param("max_lr", optimizer, max_lr)
        up = float(step_size_up)
        self.total_size = up + (up if step_size_down is None else float(step_size_down))
        self.step_ratio = up / self.total_size
        if scale_fn is None and mode not in _SCALES:
            raise ValueError("mode is invalid and scale_fn is None")
        self.mode = mode
        self.gamma = gamma
        self._scale_fn_custom = scale_fn
        self.scale_mode = scale_mode if scale_fn is not None else "iterations" if mode == "exp_range" else "cycle"
        self.cycle_momentum = cycle_momentum
        if cycle_momentum:
            self._start_momentum(optimizer, base_momentum, max_momentum, last_epoch)
        super().__init__(optimizer, last_epoch, verbose)
        self.base_lrs = base_lrs

    def _start_momentum(self, optimizer, base, largest, last_epoch):
        if "momentum" not in optimizer.defaults:
            raise ValueError(_NO_MOMENTUM)
        bases = self._format_param("base_momentum", optimizer, base)
        if last_epoch == -1:
            for momentum, group in zip(bases, optimizer.param_groups):
                group["momentum"] = momentum
        self.base_momentums = [group["momentum"] for group in optimizer.param_groups]
        self.max_momentums = self._format_param("max_momentum", optimizer, largest)

    def _format_param(self, name, optimizer, param):
        return per_group(optimizer, param, _VALUES.format(name))

    def scale_fn(self, x):
        return _SCALES[self.mode](self.gamma, x) if self._scale_fn_custom is None else self._scale_fn_custom(x)

    def _next(self):
        cycle = math.floor(1 + self.last_epoch / self.total_size)
        x = 1.0 + self.last_epoch / self.total_size - cycle
        part = x / self.step_ratio if x <= self.step_ratio else (x - 1) / (self.step_ratio - 1)

        def height(low, high):
            return (high - low) * part * self.scale_fn(cycle if self.scale_mode == "cycle" else self.last_epoch)

        if self.cycle_momentum:
            for group, low, high in zip(self.optimizer.param_groups, self.base_momentums, self.max_momentums):
                group["momentum"] = high - height(low, high)
        return [low + height(low, high) for low, high in zip(self.base_lrs, self.max_lrs)]


_SCALES = {
    "triangular": lambda gamma, x: 1.0,
    "triangular2": lambda gamma, x: 1 / (2.0 ** (x - 1)),
    "exp_range": lambda gamma, x: gamma**x,
}


class CosineAnnealingWarmRestarts(Chained):
    def __init__(self, optimizer, T_0, T_mult=1, eta_min=0, last_epoch=-1, verbose=False):
        if T_0 <= 0 or not isinstance(T_0, int):
            raise ValueError(f"Expected positive integer T_0, but got {T_0}")
        if T_mult < 1 or not isinstance(T_mult, int):
            raise ValueError(f"Expected integer T_mult >= 1, but got {T_mult}")
        self.T_0 = self.T_i = T_0
        self.T_mult = T_mult
        self.eta_min = eta_min
        self.T_cur = last_epoch
        super().__init__(optimizer, last_epoch, verbose)

    def _follow(self, lr, base):
        return self.eta_min + (base - self.eta_min) * (1 + cos(math.pi * self.T_cur / self.T_i)) / 2

    def step(self, epoch=None):
        """`epoch` may have a fraction: how far within it."""
        if epoch is None and self.last_epoch < 0:
            epoch = 0
        if epoch is None:
            epoch = self.last_epoch + 1
            self.T_cur += 1
            if self.T_cur >= self.T_i:
                self.T_cur -= self.T_i
                self.T_i *= self.T_mult
        else:
            self._jump(epoch)
        self.last_epoch = math.floor(epoch)
        self._get_lr_called_within_step = True
        try:
            rates = self.get_lr()
        finally:
            self._get_lr_called_within_step = False
        self._set(rates, epoch)

    def _jump(self, epoch):
        """Between which restarts an epoch lies: their lengths are a geometric series."""
        if epoch < 0:
            raise ValueError(f"Expected non-negative epoch, but got {epoch}")
        first, ratio = self.T_0, self.T_mult
        if epoch < first:
            self.T_i, self.T_cur = first, epoch
        elif ratio == 1:
            self.T_cur = epoch % first
        else:
            n = int(math.log(epoch / first * (ratio - 1) + 1, ratio))
            self.T_cur = epoch - first * (ratio**n - 1) / (ratio - 1)
            self.T_i = first * ratio**n


class OneCycleLR(Chained):
    def __init__(
        self,
        optimizer,
        max_lr,
        total_steps=None,
        epochs=None,
        steps_per_epoch=None,
        pct_start=0.3,
        anneal_strategy="cos",
        cycle_momentum=True,
        base_momentum=0.85,
        max_momentum=0.95,
        div_factor=25.0,
        final_div_factor=1e4,
        three_phase=False,
        last_epoch=-1,
        verbose=False,
    ):
        require_optimizer(optimizer)
        self.optimizer = optimizer
        self.total_steps = _total_steps(total_steps, epochs, steps_per_epoch)
        self._schedule_phases = _phases(self.total_steps, pct_start, three_phase)
        if pct_start < 0 or pct_start > 1 or not isinstance(pct_start, float):
            raise ValueError(f"Expected float between 0 and 1 pct_start, but got {pct_start}")
        if anneal_strategy not in ANNEALING:
            raise ValueError(f"anneal_strategy must by one of 'cos' or 'linear', instead got {anneal_strategy}")
        self.anneal_func = ANNEALING[anneal_strategy]
        rates = self._format_param("max_lr", optimizer, max_lr)
        if last_epoch == -1:
            for group, lr in zip(optimizer.param_groups, rates):
                start = lr / div_factor
                group.update(initial_lr=start, max_lr=lr, min_lr=start / final_div_factor)
        self.cycle_momentum = cycle_momentum
        if cycle_momentum:
            self._start_momentum(optimizer, base_momentum, max_momentum, last_epoch)
        super().__init__(optimizer, last_epoch, verbose)

    _format_param = CyclicLR._format_param

    def _start_momentum(self, optimizer, base, largest, last_epoch):
        if "momentum" not in optimizer.defaults and "betas" not in optimizer.defaults:
            raise ValueError(_NO_MOMENTUM)
        self.use_beta1 = "betas" in optimizer.defaults
        highs = self._format_param("max_momentum", optimizer, largest)
        lows = self._format_param("base_momentum", optimizer, base)
        if last_epoch == -1:
            for group, high, low in zip(optimizer.param_groups, highs, lows):
                self._set_momentum(group, high)
                group.update(max_momentum=high, base_momentum=low)

    def _set_momentum(self, group, value):
        if self.use_beta1:
            group["betas"] = (value, *group["betas"][1:])
        else:
            group["momentum"] = value

    def _next(self):
        step = self.last_epoch
        if step > self.total_steps:
            raise ValueError(f"Tried to step {step + 1} times. The specified number of total steps is {self.total_steps}")
        start, phases = 0, list(self._schedule_phases)
        while len(phases) > 1 and step > phases[0]["end_step"]:
            start = phases.pop(0)["end_step"]
        phase = phases[0]
        part = (step - start) / (phase["end_step"] - start)

        def between(group, what):
            return self.anneal_func(group[phase[f"start_{what}"]], group[phase[f"end_{what}"]], part)

        groups = self.optimizer.param_groups
        rates = [between(group, "lr") for group in groups]
        if self.cycle_momentum:
            for group in groups:
                self._set_momentum(group, between(group, "momentum"))
        return rates


def cosine(start, end, part):
    return end + (start - end) / 2.0 * (cos(math.pi * part) + 1)


def linear(start, end, part):
    return (end - start) * part + start


ANNEALING = {"cos": cosine, "linear": linear}


def _total_steps(total_steps, epochs, steps_per_epoch):
    if total_steps is None and epochs is None and steps_per_epoch is None:
        raise ValueError("You must define either total_steps OR (epochs AND steps_per_epoch)")
    if total_steps is not None:
        given = {"total_steps": total_steps}
    else:
        given = {"epochs": epochs, "steps_per_epoch": steps_per_epoch}
    for name, value in given.items():
        if value <= 0 or not isinstance(value, int):
            raise ValueError(f"Expected positive integer {name}, but got {value}")
    return math.prod(given.values())


def _phases(total, warm, three_phase):
    """Up, down, and with three phases further down: between which settings of a group each phase leads."""
    names = ("end_step", "start_lr", "end_lr", "start_momentum", "end_momentum")
    up = (float(warm * total) - 1, "initial_lr", "max_lr", "max_momentum", "base_momentum")
    if three_phase:
        back = (float(2 * warm * total) - 2, "max_lr", "initial_lr", "base_momentum", "max_momentum")
        rows = (up, back, (total - 1, "initial_lr", "min_lr", "max_momentum", "max_momentum"))
    else:
        rows = (up, (total - 1, "max_lr", "min_lr", "base_momentum", "max_momentum"))
    return [dict(zip(names, row)) for row in rows]
