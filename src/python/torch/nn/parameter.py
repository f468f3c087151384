"""`Parameter`: a leaf that a `Module` knows as its own."""

from .. import _bridge, _ops
from .._tensor import Tensor, adopt


class Parameter(Tensor):
    __slots__ = ()

    def __new__(cls, data=None, requires_grad=True):
        if data is None:
            data = _bridge.Tensor()
        own = data.detach()
        if requires_grad and not (own.is_floating_point() or own.is_complex()):
            raise RuntimeError("Only Tensors of floating point and complex dtype can require gradients")
        parameter = adopt(cls, own)
        if requires_grad:
            parameter.requires_grad_()
        return parameter

    def __repr__(self):
        return "Parameter containing:\n" + super().__repr__()


Parameter.__module__ = "torch.nn.parameter"
_ops.letters[Parameter] = "t"
