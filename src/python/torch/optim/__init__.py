"""`torch.optim`."""

from .._names import module_getattr

__getattr__ = module_getattr("torch.optim")
