"""`torch.nn`."""

from .._names import module_getattr
from . import functional, init, modules, utils
from .modules import *
from .parameter import Parameter, UninitializedBuffer, UninitializedParameter

__getattr__ = module_getattr("torch.nn")
