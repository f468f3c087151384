"""`torch.nn.functional`: the engine's ops are added when it is bound. Here is what PyTorch, too, says in Python and a schema cannot."""

from .. import _ops
from .._names import module_getattr
from .._tensor import _here

__getattr__ = module_getattr("torch.nn.functional")

_neg = _ops.op("neg")
_softmax, _log_softmax = _ops.op("softmax"), _ops.op("log_softmax")


def softmax(input, dim=None, _stacklevel=3, dtype=None):
    return _along(_softmax, _here(), "softmax", input, dim, dtype)


def softmin(input, dim=None, _stacklevel=3, dtype=None):
    site = _here()
    return _along(_softmax, site, "softmin", _neg(site, input), dim, dtype)


def log_softmax(input, dim=None, _stacklevel=3, dtype=None):
    return _along(_log_softmax, _here(), "log_softmax", input, dim, dtype)


def _along(op, site, name, input, dim, dtype):
    if dim is None:
        import warnings

        warnings.warn(
            f"Implicit dimension choice for {name} has been deprecated. Change the call to include dim=X as an argument.",
            stacklevel=3,
        )
        dim = 0 if input.dim() in (0, 1, 3) else 1
    return op(site, input, dim) if dtype is None else op(site, input, dim, dtype=dtype)
