"""`Parameter`: a leaf that a `Module` knows as its own; and parameters and buffers whose shape is not known yet."""

import functools
from collections import OrderedDict

from .. import _bridge, _ops, _types
from .._tensor import Tensor, adopt
from .._utils import _rebuild_parameter

__all__ = ["Parameter", "UninitializedParameter", "is_lazy", "UninitializedBuffer", "UninitializedTensorMixin"]


class _ParameterMeta(type(Tensor)):
    """A tensor of a class of the program's can be a parameter, too."""

    def __instancecheck__(cls, instance):
        return type.__instancecheck__(cls, instance) or (
            cls is Parameter and isinstance(instance, Tensor) and getattr(instance, "_is_param", False)
        )


class Parameter(Tensor, metaclass=_ParameterMeta):
    __slots__ = ()

    def __new__(cls, data=None, requires_grad=True):
        if data is None:
            data = _bridge.Tensor()
        own = data.detach()
        if requires_grad and not (own.is_floating_point() or own.is_complex()):
            raise RuntimeError("Only Tensors of floating point and complex dtype can require gradients")
        if type(data) is Tensor or isinstance(data, Parameter):
            parameter = adopt(cls, own)
        else:
            parameter = own if type(own) is type(data) else adopt(type(data), own)
            parameter._is_param = True
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


_ALLOWED = frozenset("copy_ half float double bfloat16 char short int long cpu to".split())
"""Methods that do without a shape. `size` and `is_floating_point` do, too."""
_REFUSED = "numel nelement dim detach clone backward item tolist is_contiguous stride".split()


def _refusing(name, kind):
    def refuse(self, *args, **kwargs):
        raise _unusable(f"<{kind} '{name}' of 'torch._C._TensorBase' objects>")

    return refuse


def _unusable(what="<built-in function>", cls="Parameter"):
    return ValueError(
        f"Attempted to use an uninitialized parameter in {what}. This error happens when you are using a `LazyModule` or explicitly "
        f"manipulating `torch.nn.parameter.Uninitialized{cls}` objects. When using LazyModules Call `forward` with a dummy batch to "
        "initialize the parameters before calling torch functions"
    )


def _without_shape(tensor, name, *args, **kwargs):
    made = getattr(tensor.data, name)(*args, **kwargs)
    return tensor if name == "copy_" else adopt(type(tensor), made)


class UninitializedTensorMixin:
    """A tensor whose shape is not known yet: all that can be asked of it is its dtype, until it is materialized."""

    __slots__ = ()

    _unusable = staticmethod(_unusable)

    def __getattribute__(self, name):
        if name in _ALLOWED:
            return functools.partial(_without_shape, self, name)
        found = object.__getattribute__(self, name)
        if name in _REFUSED or name in _op_names():
            return _refusing(name, "method").__get__(self)
        return found

    def materialize(self, shape, device=None, dtype=None):
        """Gives it memory, and makes it what it stands for. Its numbers are still to be set."""
        from .. import empty

        if device is not None:
            _types.require_cpu(device)
        self.data = empty(shape, dtype=self.data.dtype if dtype is None else dtype)
        self.__class__ = self.cls_to_become

    @property
    def shape(self):
        raise RuntimeError(
            "Can't access the shape of an uninitialized parameter or buffer. This error usually happens in `load_state_dict` when trying to "
            "load an uninitialized parameter into an initialized one. Call `forward` to initialize the parameters before accessing their "
            "attributes."
        )

    def share_memory_(self):
        raise RuntimeError(
            "Can't share memory on an uninitialized parameter or buffer. Call `forward` to initialize the parameters before calling "
            "`module.share_memory()`."
        )

    def __repr__(self):
        return f"<{type(self).__name__}>"

    def __reduce_ex__(self, protocol):
        return type(self), (self.requires_grad, None, self.dtype)


@functools.cache
def _op_names():
    return frozenset([name for space, name, *_ in _ops.OPS if space == "Tensor" and name != "size" and not name.startswith("__")])


def is_lazy(tensor):
    return isinstance(tensor, UninitializedTensorMixin)


class UninitializedParameter(UninitializedTensorMixin, Parameter):
    __slots__ = ()
    cls_to_become = Parameter

    def __new__(cls, requires_grad=True, device=None, dtype=None):
        made = _unshaped(cls, device, dtype)
        return made.requires_grad_(requires_grad)

    def __deepcopy__(self, memo):
        if id(self) not in memo:
            memo[id(self)] = type(self)(self.requires_grad, dtype=self.data.dtype)
        return memo[id(self)]


class UninitializedBuffer(UninitializedTensorMixin, Tensor):
    __slots__ = ()
    cls_to_become = Tensor

    def __new__(cls, requires_grad=False, device=None, dtype=None):
        return _unshaped(cls, device, dtype).requires_grad_(requires_grad)

    def __deepcopy__(self, memo):
        raise _unusable("<function Tensor.__deepcopy__>", "Buffer")


def _unshaped(cls, device, dtype):
    from .. import empty

    if device is not None:
        _types.require_cpu(device)
    return adopt(cls, empty(0, dtype=dtype))


for _name in "add sub mul truediv floordiv mod pow matmul and or xor lt le gt ge".split():
    for _spelled in (f"__{_name}__", f"__r{_name}__", f"__i{_name}__"):
        setattr(UninitializedTensorMixin, _spelled, _refusing(_name, "method"))
for _name in ("__getitem__", "__setitem__", "__len__", "__iter__", "__bool__", "__float__", "__int__", "__neg__"):
    setattr(UninitializedTensorMixin, _name, _refusing(_name, "slot wrapper"))
for _class in (Parameter, UninitializedTensorMixin, UninitializedParameter, UninitializedBuffer):
    _class.__module__ = "torch.nn.parameter"
_ops.letters[Parameter] = "t"
