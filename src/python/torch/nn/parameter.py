"""`Parameter`: a leaf that a `Module` knows as its own."""

from collections import OrderedDict

from .. import _bridge, _ops
from .._tensor import Tensor, adopt
from .._utils import _rebuild_parameter


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

    def __deepcopy__(self, memo):
        if id(self) not in memo:
            memo[id(self)] = type(self)(self.data.clone(), self.requires_grad)
        return memo[id(self)]

    def __reduce_ex__(self, protocol):
        return _rebuild_parameter, (self.data, self.requires_grad, OrderedDict())

    def __repr__(self):
        return "Parameter containing:\n" + super().__repr__()


Parameter.__module__ = "torch.nn.parameter"
_ops.letters[Parameter] = "t"
