"""`torch.optim`."""

from .._names import module_getattr
from .adam import Adam
from .optimizer import Optimizer
from .sgd import SGD

__getattr__ = module_getattr("torch.optim")
