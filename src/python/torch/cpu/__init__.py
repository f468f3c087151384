"""`torch.cpu`."""

from .._names import module_getattr
from . import amp

__getattr__ = module_getattr("torch.cpu")
