"""Averaged models: of all steps (arXiv:1803.05407), or by a function of the program's own."""

import math
from copy import deepcopy
from itertools import chain

import torch

from ..autograd.grad_mode import no_grad
from ..nn import Module
from ._cosine import cos
from ._schedule import Chained, per_group


class AveragedModel(Module):
    def __init__(self, model, device=None, avg_fn=None, use_buffers=False):
        super().__init__()
        self.module = deepcopy(model)
        if device is not None:
            self.module = self.module.to(device)
        self.register_buffer("n_averaged", torch.tensor(0, dtype=torch.long, device=device))
        self.avg_fn = _running_mean if avg_fn is None else avg_fn
        self.use_buffers = use_buffers

    def forward(self, *args, **kwargs):
        return self.module(*args, **kwargs)

    def update_parameters(self, model):
        own, given = (self.module, model) if self.use_buffers else (self, model)
        for average, value in zip(_tensors(own, self.use_buffers), _tensors(given, self.use_buffers)):
            average, value = average.detach(), value.detach()
            average.copy_(value if self.n_averaged == 0 else self.avg_fn(average, value, self.n_averaged))
        self.n_averaged += 1


def _running_mean(average, value, count):
    return average + (value - average) / (count + 1)


def _tensors(module, with_buffers):
    return chain(module.parameters(), module.buffers()) if with_buffers else module.parameters()


@no_grad()
def update_bn(loader, model, device=None):
    """The statistics of batch normalisations anew, as plain averages over what `loader` gives."""
    from ..nn.modules.batchnorm import _BatchNorm

    momenta = {module: module.momentum for module in model.modules() if isinstance(module, _BatchNorm)}
    if not momenta:
        return
    was_training = model.training
    model.train()
    for module in momenta:
        module.running_mean = torch.zeros_like(module.running_mean)
        module.running_var = torch.ones_like(module.running_var)
        module.momentum = None
        module.num_batches_tracked *= 0
    for batch in loader:
        batch = batch[0] if isinstance(batch, (list, tuple)) else batch
        model(batch if device is None else batch.to(device))
    for module, momentum in momenta.items():
        module.momentum = momentum
    model.train(was_training)


class SWALR(Chained):
    """Leads each group's rate to a constant one, `swa_lr`."""

    def __init__(self, optimizer, swa_lr, anneal_epochs=10, anneal_strategy="cos", last_epoch=-1):
        words = "swa_lr must have the same length as optimizer.param_groups: swa_lr has {given}, optimizer.param_groups has {wanted}"
        for lr, group in zip(per_group(optimizer, swa_lr, words), optimizer.param_groups):
            group["swa_lr"] = lr
        if anneal_strategy not in _PARTS:
            raise ValueError(f"anneal_strategy must by one of 'cos' or 'linear', instead got {anneal_strategy}")
        self.anneal_func = _PARTS[anneal_strategy]
        if not isinstance(anneal_epochs, int) or anneal_epochs < 0:
            raise ValueError(f"anneal_epochs must be equal or greater than 0, got {anneal_epochs}")
        self.anneal_epochs = anneal_epochs
        super().__init__(optimizer, last_epoch)

    def _next(self):
        step = self._step_count - 1
        if self.anneal_epochs == 0:
            step = max(1, step)
        before, now = (self.anneal_func(max(0, min(1, t / max(1, self.anneal_epochs)))) for t in (step - 1, step))
        return [self._between(group["lr"], group["swa_lr"], before, now) for group in self.optimizer.param_groups]

    def _between(self, lr, goal, before, now):
        """From the rate of the step before, the one that the annealing began with; from that, this step's."""
        start = goal if before == 1 else (lr - before * goal) / (1 - before)
        return goal * now + start * (1 - now)


def _linear_part(t):
    return t


def _cosine_part(t):
    return (1 - cos(math.pi * t)) / 2


_PARTS = {"cos": _cosine_part, "linear": _linear_part}
