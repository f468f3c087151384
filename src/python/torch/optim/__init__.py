"""`torch.optim`."""

from .._names import module_getattr
from .adam import Adam, AdamW
from .adam_kin import Adamax, NAdam, RAdam
from .adaptive import Adadelta, Adagrad, RMSprop, Rprop
from .asgd import ASGD
from .optimizer import Optimizer
from .sgd import SGD

__getattr__ = module_getattr("torch.optim")
