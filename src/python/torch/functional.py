"""`torch.functional`: functions that take any number of tensors, and such as are written in Python in PyTorch too."""

import builtins
import warnings

from . import _ops, _types
from ._tensor import _here

__all__ = [
    "atleast_1d",
    "atleast_2d",
    "atleast_3d",
    "block_diag",
    "broadcast_shapes",
    "broadcast_tensors",
    "cartesian_prod",
    "meshgrid",
]

_block_diag = _ops.op("block_diag")
_broadcast_tensors = _ops.op("broadcast_tensors")
_cartesian_prod = _ops.op("cartesian_prod")
_meshgrid = _ops.op("meshgrid")
_warned = set()


def broadcast_tensors(*tensors):
    return _broadcast_tensors(_here(), list(tensors))


def broadcast_shapes(*shapes):
    """The size that tensors of these sizes have together."""
    sizes = [(shape,) if isinstance(shape, builtins.int) else tuple(shape) for shape in shapes]
    result = [1] * max(map(len, sizes), default=0)
    for size in sizes:
        for i in range(-1, -1 - len(size), -1):
            if size[i] < 0:
                raise RuntimeError(f"Trying to create tensor with negative dimension ({size[i]}): ({size[i]})")
            if size[i] == 1 or size[i] == result[i]:
                continue
            if result[i] != 1:
                raise RuntimeError("Shape mismatch: objects cannot be broadcast to a single shape")
            result[i] = size[i]
    return _types.Size(result)


def meshgrid(*tensors, indexing=None):
    if len(tensors) == 1 and isinstance(tensors[0], (list, tuple)):
        tensors = tensors[0]
    if indexing is not None:
        return _meshgrid(_here(), list(tensors), indexing=indexing)
    result = _meshgrid(_here(), list(tensors))
    if "meshgrid" not in _warned:
        _warned.add("meshgrid")
        warnings.warn(
            "torch.meshgrid: in an upcoming release, it will be required to pass the indexing argument. "
            "(Triggered internally at  ./aten/src/ATen/native/TensorShape.cpp:3190.)",
            stacklevel=2,
        )
    return result


def block_diag(*tensors):
    return _block_diag(_here(), list(tensors))


def cartesian_prod(*tensors):
    return _cartesian_prod(_here(), list(tensors))


def _at_least(name):
    op = _ops.op(name)

    def function(*tensors):
        if len(tensors) == 1 and isinstance(tensors[0], (list, tuple)):
            tensors = tensors[0]
        elif len(tensors) == 1:
            return op(_here(), tensors[0])
        return op(_here(), list(tensors))

    function.__name__ = function.__qualname__ = name
    return function


atleast_1d = _at_least("atleast_1d")
atleast_2d = _at_least("atleast_2d")
atleast_3d = _at_least("atleast_3d")
