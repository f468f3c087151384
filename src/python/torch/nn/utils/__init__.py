"""`torch.nn.utils`."""

from ..._names import module_getattr
from . import rnn

__getattr__ = module_getattr("torch.nn.utils")
