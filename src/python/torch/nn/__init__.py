"""`torch.nn`."""

from .._names import module_getattr
from . import functional, layers, parameter
from .layers import LAYERS
from .module import Module
from .parameter import Parameter

__all__ = ["Module", "Parameter", "functional", *(layer.__name__ for layer in LAYERS)]
for _layer in LAYERS:
    _layer.__module__ = "torch.nn"
    globals()[_layer.__name__] = _layer

__getattr__ = module_getattr("torch.nn")
