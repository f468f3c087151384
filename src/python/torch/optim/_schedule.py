"""What learning rate schedulers share: where they stand, and how a new rate reaches the optimizer."""

import functools
import warnings
import weakref

from .optimizer import Optimizer

DEPRECATED_EPOCH = (
    "The epoch parameter in `scheduler.step()` was not necessary and is being deprecated where possible. Please use "
    "`scheduler.step()` to step the scheduler. During the deprecation, if epoch is different from None, the closed form is "
    "used instead of the new chainable form, where available. Please open an issue if you are unable to replicate your use "
    "case: https://github.com/pytorch/pytorch/issues/new/choose."
)
SEE = "See more details at https://pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate"
OVERRIDDEN = (
    "Seems like `optimizer.step()` has been overridden after learning rate scheduler initialization. Please, make sure to "
    f"call `optimizer.step()` before `lr_scheduler.step()`. {SEE}"
)
TOO_EARLY = (
    "Detected call of `lr_scheduler.step()` before `optimizer.step()`. In PyTorch 1.1.0 and later, you should call them in "
    "the opposite order: `optimizer.step()` before `lr_scheduler.step()`.  Failure to do this will result in PyTorch skipping "
    f"the first value of the learning rate schedule. {SEE}"
)
ASK_LAST = "To get the last learning rate computed by the scheduler, please use `get_last_lr()`."


class _LRScheduler:
    """What a program's own scheduler derives from: it answers in `get_lr` with a rate per group, for the epoch `last_epoch`."""

    def __init__(self, optimizer, last_epoch=-1, verbose=False):
        require_optimizer(optimizer)
        self.optimizer = optimizer
        for i, group in enumerate(optimizer.param_groups):
            if last_epoch == -1:
                group.setdefault("initial_lr", group["lr"])
            elif "initial_lr" not in group:
                raise KeyError(f"param 'initial_lr' is not specified in param_groups[{i}] when resuming an optimizer")
        self.base_lrs = [group["initial_lr"] for group in optimizer.param_groups]
        self.last_epoch = last_epoch
        _count_steps(optimizer)
        self.verbose = verbose
        self._initial_step()

    def _initial_step(self):
        self.optimizer._step_count = 0
        self._step_count = 0
        self.step()

    def state_dict(self):
        return {name: value for name, value in self.__dict__.items() if name != "optimizer"}

    def load_state_dict(self, state_dict):
        self.__dict__.update(state_dict)

    def get_last_lr(self):
        return self._last_lr

    def get_lr(self):
        raise NotImplementedError

    def print_lr(self, is_verbose, group, lr, epoch=None):
        if is_verbose and epoch is None:
            print(f"Adjusting learning rate of group {group} to {lr:.4e}.")
        elif is_verbose:
            print(f"Epoch {epoch_text(epoch)}: adjusting learning rate of group {group} to {lr:.4e}.")

    def step(self, epoch=None):
        self._warn_of_order()
        self._step_count += 1
        self._get_lr_called_within_step = True
        try:
            rates = self._rates_at(epoch)
        finally:
            self._get_lr_called_within_step = False
        self._set(rates, epoch)

    def _warn_of_order(self):
        if self._step_count != 1:
            return
        if not hasattr(self.optimizer.step, "_with_counter"):
            warnings.warn(OVERRIDDEN, UserWarning)
        elif self.optimizer._step_count < 1:
            warnings.warn(TOO_EARLY, UserWarning)

    def _rates_at(self, epoch):
        if epoch is None:
            self.last_epoch += 1
            return self.get_lr()
        warnings.warn(DEPRECATED_EPOCH, UserWarning)
        self.last_epoch = epoch
        closed_form = getattr(self, "_get_closed_form_lr", self.get_lr)
        return closed_form()

    def _set(self, rates, epoch):
        for i, (group, lr) in enumerate(zip(self.optimizer.param_groups, rates)):
            group["lr"] = lr
            self.print_lr(self.verbose, i, lr, epoch)
        self._last_lr = [group["lr"] for group in self.optimizer.param_groups]


class Chained(_LRScheduler):
    """One of PyTorch's own that makes a rate of the one before."""

    def get_lr(self):
        if not self._get_lr_called_within_step:
            warnings.warn(ASK_LAST, UserWarning)
        return self._next()

    def _next(self):
        return [self._follow(group["lr"], base) for group, base in zip(self.optimizer.param_groups, self.base_lrs)]

    def _follow(self, lr, base):
        raise NotImplementedError


class ClosedForm(Chained):
    """One that has a formula, too, for a rate at any epoch."""

    def _get_closed_form_lr(self):
        return [self._at_epoch(base) for base in self.base_lrs]


def per_group(optimizer, value, message):
    """A list with a value for each group. `message`: `{wanted}` and `{given}` are numbers of values."""
    count = len(optimizer.param_groups)
    if not isinstance(value, (list, tuple)):
        return [value] * count
    if len(value) != count:
        raise ValueError(message.format(wanted=count, given=len(value)))
    return value


def require_optimizer(optimizer):
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"{type(optimizer).__name__} is not an Optimizer")


def epoch_text(epoch):
    return "%.2f" % epoch if isinstance(epoch, float) else "%.5d" % epoch


def _count_steps(optimizer):
    """Lets an optimizer count the calls of its `step`. The optimizer does not keep itself alive by that."""
    step = optimizer.step
    if hasattr(step, "_with_counter"):
        return
    owner, function = weakref.ref(step.__self__), step.__func__

    @functools.wraps(function)
    def counted(*args, **kwargs):
        optimizer = owner()
        optimizer._step_count += 1
        return function(optimizer, *args, **kwargs)

    counted._with_counter = True
    optimizer.step = counted
