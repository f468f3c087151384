"""`Variable`: PyTorch before 0.4 wrapped tensors in it; since then it is a function that looks like a class."""

from .. import _bridge
from .._bridge import TensorBase


class _VariableMeta(type):
    def __instancecheck__(cls, instance):
        return isinstance(instance, TensorBase)


class Variable(metaclass=_VariableMeta):
    """`Variable(tensor, requires_grad=True)` is a leaf that shares the tensor's memory."""

    def __new__(cls, data=None, requires_grad=False, volatile=None):
        if data is None:
            data = _bridge.Tensor()
        if not isinstance(data, TensorBase):
            raise TypeError(f"Variable data has to be a tensor, but got {type(data).__name__}")
        leaf = data.detach()
        if requires_grad:
            leaf.requires_grad_()
        return leaf


Variable.__module__ = "torch.autograd.variable"
