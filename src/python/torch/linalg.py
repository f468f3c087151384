"""`torch.linalg`: linear algebra. The engine's ops are added when it is bound."""

from ._bridge import _LinAlgError as LinAlgError
from ._names import module_getattr

__getattr__ = module_getattr("torch.linalg")
