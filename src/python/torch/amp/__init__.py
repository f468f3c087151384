"""`torch.amp`: mixed precision."""

from .._names import module_getattr
from . import autocast_mode
from .autocast_mode import autocast

__getattr__ = module_getattr("torch.amp")
