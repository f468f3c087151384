"""`torch.optim.lr_scheduler`."""

from ._compound import ChainedScheduler, ReduceLROnPlateau, SequentialLR
from ._cycles import CosineAnnealingWarmRestarts, CyclicLR, OneCycleLR
from ._decay import (
    ConstantLR,
    CosineAnnealingLR,
    ExponentialLR,
    LambdaLR,
    LinearLR,
    MultiplicativeLR,
    MultiStepLR,
    PolynomialLR,
    StepLR,
)
from ._schedule import DEPRECATED_EPOCH as EPOCH_DEPRECATION_WARNING
from ._schedule import _LRScheduler

LRScheduler = _LRScheduler
__all__ = [name for name in globals() if name.endswith(("LR", "Scheduler", "Plateau", "Restarts")) and not name.startswith("_")]
for _name in [*__all__, "_LRScheduler"]:
    globals()[_name].__module__ = __name__
