"""Methods of `Tensor` that are other ops by another name, or choose between ops by the kind of argument."""

from . import _bridge, _ops, _types
from ._bridge import TensorBase
from ._creation import construct
from ._tensor import Tensor, _here

_to = _ops.op(".to")


def method(function):
    function.__qualname__ = f"Tensor.{function.__name__}"
    setattr(Tensor, function.__name__, function)
    return function


@method
def to(self, *args, dtype=None, device=None, non_blocking=False, copy=False, memory_format=None):
    site = _here()
    flags = [arg for arg in args if isinstance(arg, bool)]
    copy = copy or flags[1:] == [True]
    for arg in args:
        if isinstance(arg, _types.dtype):
            dtype = arg
        elif isinstance(arg, TensorBase):
            dtype = arg.dtype
        elif isinstance(arg, (str, _types.device)):
            device = arg
        elif arg is not None and not isinstance(arg, bool):
            raise TypeError(f"to() received an invalid combination of arguments - got ({type(arg).__name__})")
    if device is not None:
        _types.require_cpu(device)
    return _to(site, self, dtype or self.dtype, copy=bool(copy), memory_format=memory_format)


@method
def new(self, *args, **kwargs):
    """A tensor of the same dtype, from sizes or from values."""
    tensor = object.__new__(Tensor)
    tensor._h = construct(_here(), self.dtype._name, args, kwargs)
    return tensor


@method
def type(self, dtype=None, non_blocking=False):
    if dtype is None:
        return _types.legacy_names[self.dtype._name]
    given = dtype
    if isinstance(dtype, str):
        dtype = dtype.removeprefix("torch.")
    name = getattr(dtype, "_dtype", None) or _types.legacy.get(dtype) if not isinstance(dtype, _types.dtype) else dtype._name
    if name is None:
        raise ValueError(f"invalid type: '{given}'")
    return self if name == self.dtype._name else _to(_here(), self, _types.dtypes[name])


@method
def new_tensor(self, *data, dtype=None, device=None, requires_grad=False):
    from . import _creation

    (data,) = _creation.only_data("new_tensor", data)
    name = (dtype or self.dtype)._name
    return _bridge.wrap(_creation.make(_here(), data, name, requires_grad, "float32"))


@method
def detach_(self):
    _bridge.check(_bridge.E.detachInplace(_here(), self._h))
    return self


@method
def is_nonzero(self):
    return bool(self)


@method
def is_same_size(self, other):
    return self.size() == other.size()


@method
def is_set_to(self, other):
    return bool(_bridge.E.sameStorage(self._h, other._h)) and self.size() == other.size() and self.stride() == other.stride()
