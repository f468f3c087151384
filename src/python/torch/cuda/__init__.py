"""There is no GPU in here, and programs that ask are told so."""

from .._names import module_getattr
from . import amp, jiterator  # noqa: F401

__getattr__ = module_getattr("torch.cuda")


def is_available():
    return False


def device_count():
    return 0


def manual_seed(seed):
    pass


def manual_seed_all(seed):
    pass


def empty_cache():
    pass


def synchronize(device=None):
    pass
