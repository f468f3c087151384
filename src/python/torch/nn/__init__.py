"""`torch.nn`."""

from .._names import module_getattr
from . import functional

__getattr__ = module_getattr("torch.nn")
