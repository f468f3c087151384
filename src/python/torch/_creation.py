"""Tensors from Python's numbers, and Python's numbers from tensors."""

from array import array

from . import _bridge, _types
from ._bridge import TensorBase, check, check_value

_FEW = 64
"""Up to this many values cross one by one; more cross as one buffer."""


def make(site, data, dtype, requires_grad, default):
    """The handle of `torch.tensor(data)`. `default` is the dtype of Python floats."""
    if isinstance(data, TensorBase):
        values, shape = flat_elements(data), tuple(data.size())
        return _send(site, values, shape, dtype or _bridge.E.dtype(data._h), requires_grad)
    shape = _shape_of(data)
    values = _flatten(data, shape)
    return _send(site, values, shape, dtype or _infer(values, default), requires_grad)


def only_data(function, args):
    """Refuses another number of positional arguments, in the parser's words."""
    if not args:
        raise TypeError(f'{function}() missing 1 required positional arguments: "data"')
    if len(args) > 1:
        raise TypeError(f"{function}() takes 1 positional argument but {len(args)} were given")
    return args


def name_of(function, dtype):
    """The engine's name of a dtype that was given by keyword, or None."""
    if dtype is not None and not isinstance(dtype, _types.dtype):
        raise TypeError(f"{function}(): argument 'dtype' must be torch.dtype, not {type(dtype).__name__}")
    return None if dtype is None else dtype._name


def _send(site, values, shape, dtype, requires_grad):
    size = ",".join(map(str, shape))
    kind = _types.dtypes[dtype]
    floating = kind.is_floating_point or kind.is_complex
    if kind.is_complex:
        values = [part for value in values for part in (complex(value).real, complex(value).imag)]
    elif any(isinstance(value, complex) for value in values):
        raise RuntimeError(f"value cannot be converted to type {_C_NAMES.get(dtype, dtype)} without overflow")
    if len(values) <= _FEW:
        if not floating:
            values = _checked(values, dtype)
        return check(_bridge.E.make(site, size, dtype, bool(requires_grad), *values))
    packed = array("d", values) if floating else array("q", _checked(values, dtype))
    return check(_bridge.E.makeFrom(site, size, dtype, bool(requires_grad), packed))


def _checked(values, dtype):
    """Integers that fit, as PyTorch demands."""
    if dtype == "bool":
        return [1 if value else 0 for value in values]
    integers = [int(value) for value in values]
    bits = _types.dtypes[dtype].itemsize * 8
    low, high = (0, 1 << bits) if dtype == "uint8" else (-(1 << bits - 1), 1 << bits - 1)
    for integer in integers:
        if not -(1 << 63) <= integer < 1 << 63:
            raise RuntimeError("Overflow when unpacking long")
        if not low <= integer < high and not (dtype == "uint8" and -256 < integer < 256):
            raise RuntimeError(f"value cannot be converted to type {_C_NAMES[dtype]} without overflow")
    return integers


_C_NAMES = {"float32": "float", "float64": "double", "float16": "at::Half", "bfloat16": "at::BFloat16", "uint8": "uint8", "int8": "int8", "int16": "int16_t", "int32": "int", "int64": "int64_t"}


def _is_sequence(data):
    return isinstance(data, (list, tuple, range))


def _shape_of(data):
    shape = []
    while _is_sequence(data):
        shape.append(len(data))
        if not data:
            return tuple(shape)
        data = data[0]
    return tuple(shape)


def _flatten(data, shape):
    """The elements in row-major order; refuses ragged lists."""
    level = [data]
    for dim, size in enumerate(shape):
        inner = []
        for part in level:
            if not _is_sequence(part):
                raise TypeError(f"expected a sequence at dim {dim} (got {type(part).__name__})")
            if len(part) != size:
                raise ValueError(f"expected sequence of length {size} at dim {dim} (got {len(part)})")
            inner.extend(part)
        level = inner
    kinds = set(map(type, level))
    return level if kinds <= {int, float, bool, complex} else [_element(value) for value in level]


def _element(value):
    if isinstance(value, TensorBase):
        if value.numel() != 1:
            raise ValueError("only one element tensors can be converted to Python scalars")
        return value.item()
    if isinstance(value, (bool, int, float, complex)):
        return value
    if hasattr(value, "__index__"):
        return int(value)
    if hasattr(value, "__float__"):
        return float(value)
    if _is_sequence(value):
        raise TypeError(f"'{type(value).__name__}' object cannot be interpreted as an integer")
    if isinstance(value, str):
        raise TypeError("new(): invalid data type 'str'")
    raise RuntimeError(f"Could not infer dtype of {type(value).__name__}")


def _infer(values, default):
    kinds = set(map(type, values))
    if complex in kinds:
        return "complex128" if default == "float64" else "complex64"
    if float in kinds or not kinds:
        return default
    return "int64" if int in kinds else "bool"


def construct(site, dtype, args, kwargs):
    """The handle of `torch.Tensor(...)` and of `torch.LongTensor(...)`: sizes, a sequence of values, or a tensor."""
    if kwargs.pop("device", None) is not None or kwargs:
        raise TypeError(f"new() received an unexpected keyword argument '{next(iter(kwargs), 'device')}'")
    if not args:
        return _send(site, [], (0,), dtype, False)
    first = args[0]
    if isinstance(first, _types.Size) and len(args) == 1:
        return _zeros(site, first, dtype)
    if isinstance(first, TensorBase) and len(args) == 1:
        if _bridge.E.dtype(first._h) != dtype:
            raise TypeError(f"expected {_legacy(dtype)} (got {_legacy(_bridge.E.dtype(first._h))})")
        alias = first.detach()
        handle = alias._h
        del alias._h
        return handle
    if all(isinstance(arg, int) for arg in args):
        return _zeros(site, args, dtype)
    if len(args) > 1 or not _is_sequence(first):
        if isinstance(first, str):
            raise TypeError("new(): invalid data type 'str'")
        raise TypeError(f"new(): data must be a sequence (got {type(first).__name__})")
    shape = _shape_of(first)
    values = _flatten_legacy(first, shape)
    return _send(site, values, shape, dtype, False)


def _flatten_legacy(data, shape):
    try:
        return _flatten(data, shape)
    except TypeError as error:
        if "'str'" in str(error):
            raise ValueError("too many dimensions 'str'") from None
        raise


def _zeros(site, size, dtype):
    shape = tuple(int(length) for length in size)
    for length in shape:
        if length < 0:
            raise RuntimeError(f"Trying to create tensor with negative dimension {length}: {list(shape)}")
    from . import _ops

    global _make_zeros
    if _make_zeros is None:
        _make_zeros = _ops.op("zeros")
    made = _make_zeros(site, shape, dtype=_types.dtypes[dtype])
    handle = made._h
    del made._h
    return handle


_make_zeros = None


def _legacy(dtype):
    return _types.legacy_names[dtype]


def flat_elements(tensor):
    """All elements in row-major order, as Python's numbers."""
    proxy = check_value(_bridge.E.elements(tensor._h))
    dtype = tensor.dtype
    is_bool = repr(dtype) == "torch.bool"
    kind = "d" if is_bool or dtype.is_floating_point or dtype.is_complex else "q"
    values = array(kind)
    if tensor.numel() > 0:
        values.frombytes(proxy.to_bytes())
    if dtype.is_complex:
        return list(map(complex, values[::2], values[1::2]))
    return [bool(value) for value in values] if is_bool else values.tolist()


def nested(tensor):
    values = flat_elements(tensor)
    size = tuple(tensor.size())
    if not size:
        return values[0]
    if not values:
        return _empty_lists(size)
    for length in reversed(size[1:]):
        count = len(values) // length
        values = [values[i * length : (i + 1) * length] for i in range(count)]
    return values


def _empty_lists(size):
    return [_empty_lists(size[1:]) for _ in range(size[0])] if size else []
