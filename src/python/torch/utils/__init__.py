from .._names import module_getattr
from . import checkpoint, hooks

__getattr__ = module_getattr("torch.utils", "data")
