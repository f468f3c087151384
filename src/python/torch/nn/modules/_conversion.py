"""`Module.to` and its kin: other dtypes for the parameters and buffers, which stay the same objects."""

import warnings
from types import NoneType

from ... import _types
from ..._bridge import TensorBase


def _apply(self, fn):
    """Puts `fn(tensor)` in the place of the data of each parameter, of its gradient, and of each buffer."""
    from ...autograd import no_grad

    for module in self.children():
        module._apply(fn)
    for parameter in self._parameters.values():
        if parameter is None:
            continue
        with no_grad():
            parameter.data = fn(parameter)
            if parameter.grad is not None:
                parameter.grad.data = fn(parameter.grad)
    for name, buffer in self._buffers.items():
        if buffer is not None:
            self._buffers[name] = fn(buffer)
    return self


def type(self, dst_type):
    return self._apply(lambda tensor: tensor.type(dst_type))


def float(self):
    return self._apply(lambda tensor: tensor.float() if tensor.is_floating_point() else tensor)


def double(self):
    return self._apply(lambda tensor: tensor.double() if tensor.is_floating_point() else tensor)


def half(self):
    return self._apply(lambda tensor: tensor.half() if tensor.is_floating_point() else tensor)


def bfloat16(self):
    return self._apply(lambda tensor: tensor.bfloat16() if tensor.is_floating_point() else tensor)


def cpu(self):
    return self._apply(lambda tensor: tensor.cpu())


def cuda(self, device=None):
    return self._apply(lambda tensor: tensor.cuda(device))


def _absent(kind):
    def move(self, device=None):
        def refuse(tensor):
            raise RuntimeError(f"PyTorch is not linked with support for {kind} devices")

        return self._apply(refuse)

    move.__name__ = kind
    return move


def share_memory(self):
    """There are no other processes here: nothing is to be done, but parameters without a shape are refused."""
    return self._apply(lambda tensor: getattr(tensor, "share_memory_", lambda: tensor)())


def to_empty(self, *, device):
    from ... import empty_like

    _types.require_cpu(device)
    return self._apply(lambda tensor: empty_like(tensor))


def to(self, *args, **kwargs):
    """Converts floating and complex parameters and buffers: `to(dtype)`, `to(device, dtype)`, `to(tensor)`, `memory_format=`."""
    dtype, memory_format = _wanted(args, kwargs)
    if dtype is not None:
        if not (dtype.is_floating_point or dtype.is_complex):
            raise TypeError(f"nn.Module.to only accepts floating point or complex dtypes, but got desired dtype={dtype}")
        if dtype.is_complex:
            warnings.warn(
                "Complex modules are a new feature under active development whose design may change, and some modules might not work as "
                "expected when using complex tensors as parameters or buffers. Please file an issue at "
                "https://github.com/pytorch/pytorch/issues/new?template=bug-report.yml if a complex module does not work as expected."
            )

    def convert(tensor):
        own = dtype if tensor.is_floating_point() or tensor.is_complex() else None
        if memory_format is not None and tensor.dim() in (4, 5):
            return tensor.to(dtype=own, memory_format=memory_format)
        return tensor.to(dtype=own)

    return self._apply(convert)


def _wanted(args, kwargs):
    """The dtype and the memory format that `to` was asked for."""
    names = _forms(args, kwargs)
    if names is None or len(args) > len(names) or not set(kwargs) <= {*names[len(args) :], "memory_format"}:
        raise TypeError(_no_such_form(args, kwargs))
    given = dict(zip(names, args)) | kwargs
    if not all(isinstance(value, _KINDS[name]) for name, value in given.items()):
        raise TypeError(_no_such_form(args, kwargs))
    tensor, device, dtype = given.get("tensor"), given.get("device"), given.get("dtype")
    if device is not None:
        _types.require_cpu(device)
    return (tensor.dtype if tensor is not None else dtype), given.get("memory_format")


_KINDS = {
    "tensor": TensorBase,
    "device": (str, int, _types.device, NoneType),
    "dtype": (_types.dtype, NoneType),
    "non_blocking": bool,
    "copy": bool,
    "memory_format": (_types.memory_format, NoneType),
}


def _forms(args, kwargs):
    """What the arguments are called, by the kind of the first."""
    first = args[0] if args else None
    rest = ("non_blocking", "copy")
    if isinstance(first, TensorBase) or (not args and "tensor" in kwargs):
        return ("tensor", *rest)
    if isinstance(first, _types.dtype):
        return ("dtype", *rest)
    if first is None or isinstance(first, (str, int, _types.device)):
        return ("device", "dtype", *rest)
    return None


def _no_such_form(args, kwargs):
    kinds = [_kind(arg) for arg in args] + [f"{name}={_kind(value)}" for name, value in kwargs.items()]
    told = ", ".join(kinds) + (", " if kwargs else "")
    return (
        f"to() received an invalid combination of arguments - got ({told}), but expected one of:\n"
        " * (torch.device device, torch.dtype dtype, bool non_blocking, bool copy, *, torch.memory_format memory_format)\n"
        " * (torch.dtype dtype, bool non_blocking, bool copy, *, torch.memory_format memory_format)\n"
        " * (Tensor tensor, bool non_blocking, bool copy, *, torch.memory_format memory_format)\n"
    )


def _kind(value):
    cls = value.__class__
    if isinstance(value, TensorBase):
        return cls.__name__
    return f"torch.{cls.__name__}" if cls.__module__ == "torch" else cls.__name__


METHODS = [_apply, type, float, double, half, bfloat16, cpu, cuda, _absent("ipu"), _absent("xpu"), share_memory, to_empty, to]
