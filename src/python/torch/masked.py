"""`torch.masked`: reductions that pass over masked elements. The engine's ops are added when it is bound."""

from ._names import module_getattr

__getattr__ = module_getattr("torch.masked")
