"""Functions of `torch` that are not ops."""

import builtins

from . import _bridge, _creation, _ops, _types
from ._bridge import TensorBase
from ._tensor import _here

__all__ = [
    "tensor",
    "as_tensor",
    "frombuffer",
    "is_tensor",
    "is_floating_point",
    "numel",
    "typename",
    "get_default_dtype",
    "set_default_dtype",
    "set_printoptions",
    "set_num_threads",
    "get_num_threads",
    "from_numpy",
    "scalar_tensor",
    "finfo",
    "iinfo",
    "is_storage",
    "is_inference",
    "result_type",
    "promote_types",
    "can_cast",
    "use_deterministic_algorithms",
    "einsum",
    "tensordot",
    "chain_matmul",
    "lu",
]


def tensor(*data, dtype=None, device=None, requires_grad=False, pin_memory=False, **keyword):
    """A new leaf that holds a copy of `data`."""
    (data,) = (keyword.pop("data"),) if "data" in keyword and not data else _creation.only_data("tensor", data)
    if keyword:
        raise TypeError(f"tensor() got an unexpected keyword argument '{next(iter(keyword))}'")
    if device is not None:
        _types.require_cpu(device)
    if isinstance(data, TensorBase):
        _warn_copy()
    name = _creation.name_of("tensor", dtype)
    default = _bridge.E.defaultDtype()
    return _bridge.wrap(_creation.make(_here(), data, name, requires_grad, default))


def _warn_copy():
    import warnings

    warnings.warn(
        "To copy construct from a tensor, it is recommended to use sourceTensor.clone().detach() or "
        "sourceTensor.clone().detach().requires_grad_(True), rather than torch.tensor(sourceTensor).",
        UserWarning,
        stacklevel=3,
    )


def as_tensor(data, dtype=None, device=None):
    if device is not None:
        _types.require_cpu(device)
    if isinstance(data, TensorBase):
        return data if dtype is None or dtype is data.dtype else data.to(dtype)
    name = None if dtype is None else dtype._name
    return _bridge.wrap(_creation.make(_here(), data, name, False, _bridge.E.defaultDtype()))


_frombuffer_warned = set()


def frombuffer(buffer, *, dtype, count=-1, offset=0, requires_grad=False):
    """A tensor of what lies in a buffer: here always a copy, as the engine's memory is not Python's."""
    if not isinstance(dtype, _types.dtype):
        raise TypeError(f"frombuffer(): argument 'dtype' must be torch.dtype, not {type(dtype).__name__}")
    try:
        view = memoryview(buffer)
    except TypeError:
        raise ValueError("object does not implement Python buffer protocol.") from None
    _warn_buffer(view.readonly)
    part = _buffer_part(view.tobytes(), dtype.itemsize, count, offset)
    return _bridge.wrap(_bridge.check(_bridge.E.fromBytes(_here(), dtype._name, bool(requires_grad), part)))


def _buffer_part(held, itemsize, count, offset):
    size = len(held)
    if size == 0 or count == 0:
        raise ValueError(f"both buffer length ({size}) and count ({count}) must not be 0")
    if not 0 <= offset < size:
        raise ValueError(f"offset ({offset} bytes) must be non-negative and no greater than buffer length ({size} bytes) minus 1")
    if count > 0:
        if offset + count * itemsize > size:
            raise ValueError(
                f"requested buffer length ({count} * {itemsize} bytes) after offset ({offset} bytes) must not be greater than actual buffer length ({size} bytes)"
            )
        return held[offset : offset + count * itemsize]
    if (size - offset) % itemsize != 0:
        raise ValueError(f"buffer length ({size - offset} bytes) after offset ({offset} bytes) must be a multiple of element size ({itemsize})")
    return held[offset:]


def _warn_buffer(readonly):
    """Once per program."""
    if readonly in _frombuffer_warned:
        return
    _frombuffer_warned.add(readonly)
    import warnings

    text = (
        "The given buffer is not writable, and PyTorch does not support non-writable tensors. This means you can write to the underlying "
        "(supposedly non-writable) buffer using the tensor. You may want to copy the buffer to protect its data or make it writable before "
        "converting it to a tensor. This type of warning will be suppressed for the rest of this program. (Triggered internally at  "
        "./torch/csrc/utils/tensor_new.cpp:1563.)"
        if readonly
        else "torch.frombuffer copies the buffer in the embedded engine: a later write to the buffer does not show in the tensor, nor the other way round."
    )
    warnings.warn(text, UserWarning, stacklevel=3)


def is_tensor(obj):
    return isinstance(obj, TensorBase)


def is_storage(obj):
    from .storage import _Storage

    return isinstance(obj, _Storage)


def is_inference(input):
    return input.is_inference()


def is_floating_point(input):
    return input.is_floating_point()


def numel(input):
    if not isinstance(input, TensorBase):
        raise TypeError(f"numel(): argument 'input' (position 1) must be Tensor, not {type(input).__name__}")
    return input.numel()


def typename(o):
    """`torch.FloatTensor` of a tensor; else the name of what a class or function is, or of an object's class, with its module's."""
    if isinstance(o, TensorBase):
        return o.type()
    module = getattr(o, "__module__", None)
    name = getattr(o, "__qualname__", None) or getattr(o, "__name__", None) or type(o).__name__
    return name if module is None or module == "builtins" else f"{module}.{name}"


def get_default_dtype():
    return _types.dtypes[_bridge.E.defaultDtype()]


def set_default_dtype(d):
    if not isinstance(d, _types.dtype):
        raise TypeError("invalid dtype object: only floating-point types are supported as the default type")
    if not d.is_floating_point:
        raise TypeError("only floating-point types are supported as the default type")
    _bridge.check(_bridge.E.setDefaultDtype(d._name))


def _dtype_argument(function, name, position, value):
    if not isinstance(value, _types.dtype):
        raise TypeError(f"{function}(): argument '{name}' (position {position}) must be torch.dtype, not {type(value).__name__}")
    return value._name


def promote_types(type1, type2):
    """The smallest dtype that both can be converted to."""
    names = _dtype_argument("promote_types", "type1", 1, type1), _dtype_argument("promote_types", "type2", 2, type2)
    return _types.dtypes[_bridge.E.promoteTypes(*names)]


def can_cast(from_, to):
    """Whether a conversion stays within the kinds of numbers: bool, integral, floating, complex."""
    return _bridge.E.canCast(_dtype_argument("can_cast", "from", 1, from_), _dtype_argument("can_cast", "to", 2, to))


def result_type(tensor1, tensor2):
    """The dtype of `tensor1 + tensor2`, each of which may be a number."""
    crossing = []
    for position, value in enumerate((tensor1, tensor2), 1):
        letter = _ops.letters.get(type(value)) or _ops.letter_of(value)
        if letter not in "tifbc":
            raise TypeError(f"result_type(): argument 'tensor{position}' (position {position}) must be Tensor, not {type(value).__name__}")
        crossing += (value._h, "t") if letter == "t" else (-1, letter)
    return _types.dtypes[_bridge.E.resultType(*crossing)]


_PRINT = {"precision": 4, "threshold": 1000, "edgeitems": 3, "linewidth": 80}
_PROFILES = {
    "default": _PRINT,
    "short": {**_PRINT, "precision": 2, "edgeitems": 2},
    "full": {**_PRINT, "threshold": builtins.float("inf")},
}


def set_printoptions(precision=None, threshold=None, edgeitems=None, linewidth=None, profile=None, sci_mode=None):
    """How tensors are printed."""
    if profile is not None:
        for name, value in _PROFILES.get(profile, {}).items():
            _bridge.E.setPrintOption(name, value)
        _bridge.E.setSciMode(None)
    for name, value in (
        ("precision", precision),
        ("threshold", threshold),
        ("edgeitems", edgeitems),
        ("linewidth", linewidth),
    ):
        if value is not None:
            _bridge.E.setPrintOption(name, value)
    if sci_mode is not None:
        _bridge.E.setSciMode(builtins.bool(sci_mode))


def set_num_threads(number):
    pass


def get_num_threads():
    return 1


def use_deterministic_algorithms(mode, *, warn_only=False):
    pass


_full = _ops.op("full")


def scalar_tensor(s, *, dtype=None, layout=None, device=None, pin_memory=False, requires_grad=False):
    """A tensor of no dimensions, of the default dtype."""
    if not isinstance(s, (builtins.int, builtins.float, complex)):
        raise TypeError(f"scalar_tensor(): argument 's' (position 1) must be Number, not {type(s).__name__}")
    dtype = dtype or get_default_dtype()
    if isinstance(s, complex) and s.imag and not dtype.is_complex:
        kind = {"float64": "double", "float32": "float"}.get(dtype._name, dtype._name)
        raise RuntimeError(f"value cannot be converted to type {kind} without overflow")
    return _full(_here(), (), s, dtype=dtype, device=device, requires_grad=requires_grad)


def from_numpy(array):
    raise NotImplementedError("torch.from_numpy is not supported by the embedded engine: there is no NumPy in it. Use torch.tensor(list).")


_FLOAT_LIMITS = {
    "float16": (16, 2.0**-10, 65504.0, 2.0**-14, 0.001),
    "bfloat16": (16, 2.0**-7, (2 - 2.0**-7) * 2.0**127, 2.0**-126, 0.01),
    "float32": (32, 2.0**-23, (2 - 2.0**-23) * 2.0**127, 2.0**-126, 1e-06),
    "float64": (64, 2.0**-52, (2 - 2.0**-52) * 2.0**1023, 2.0**-1022, 1e-15),
}
"""Bits, the distance from 1 to the next number, the largest and the smallest normal number, and the decimals that hold."""


class finfo:
    """The limits of a floating dtype, or of the parts of a complex one."""

    def __init__(self, type=None):
        dtype = type or get_default_dtype()
        if not (dtype.is_floating_point or dtype.is_complex):
            raise TypeError("torch.finfo() requires a floating point input type. Use torch.iinfo to handle 'torch.finfo'")
        self.dtype = {"complex64": "float32", "complex128": "float64"}.get(dtype._name, dtype._name)
        self.bits, self.eps, self.max, self.tiny, self.resolution = _FLOAT_LIMITS[self.dtype]
        self.smallest_normal = self.tiny
        self.min = -self.max

    def __repr__(self):
        return (
            f"finfo(resolution={self.resolution:g}, min={self.min:g}, max={self.max:g}, eps={self.eps:g}, "
            f"smallest_normal={self.tiny:g}, tiny={self.tiny:g}, dtype={self.dtype})"
        )


class iinfo:
    """The limits of an integral dtype."""

    def __init__(self, type):
        if type.is_floating_point or type.is_complex or type._name == "bool":
            raise TypeError("torch.iinfo() requires an integer input type. Use torch.finfo to handle 'torch.iinfo'")
        self.bits = type.itemsize * 8
        self.min = -(1 << self.bits - 1) if type.is_signed else 0
        self.max = (1 << self.bits - 1) - 1 if type.is_signed else (1 << self.bits) - 1
        self.dtype = type._name

    def __repr__(self):
        return f"iinfo(min={self.min:g}, max={self.max:g}, dtype={self.dtype})"


_einsum = _ops.op("einsum")
_tensordot = _ops.op("tensordot")
_chain_matmul = _ops.op("chain_matmul")


def einsum(*args):
    """`einsum("ij,jk->ik", a, b)`, or with each operand's subscripts as a list of numbers after it."""
    if len(args) < 2:
        raise ValueError(
            "einsum(): must specify the equation string and at least one operand, "
            "or at least one operand and its subscripts list"
        )
    site = _here()
    equation, operands = args[0], args[1:]
    if is_tensor(equation):
        equation = ",".join(_subscripts(subscripts) for subscripts in args[1::2])
        if len(args) % 2:
            equation = f"{','.join(_subscripts(subscripts) for subscripts in args[1:-1:2])}->{_subscripts(args[-1])}"
        operands = args[: len(args) // 2 * 2 : 2]
    if len(operands) == 1 and isinstance(operands[0], (list, tuple)):
        operands = operands[0]
    return _einsum(site, equation, tuple(operands))


def _subscripts(numbers):
    return "".join("..." if number is Ellipsis else _subscript(number) for number in numbers)


def _subscript(number):
    if 0 <= number < 26:
        return chr(ord("A") + number)
    if 26 <= number < 52:
        return chr(ord("a") + number - 26)
    raise ValueError("einsum(): subscript in subscript list is not within the valid range [0, 52)")


def tensordot(a, b, dims=2, out=None):
    """Sums over dimensions of both: the last `dims` of `a` and the first of `b`, or two lists of them."""
    site = _here()
    if is_tensor(dims):
        dims = dims.tolist()
    if isinstance(dims, (tuple, list)):
        pair = (dims[0], dims[1]) if len(dims) > 1 else (dims[0], dims[0])
        left, right = ([one] if isinstance(one, builtins.int) else list(one) for one in pair)
    else:
        if dims < 0:
            raise RuntimeError(f"tensordot expects dims >= 0, but got dims={dims}")
        left, right = list(range(-dims, 0)), list(range(dims))
    out = {} if out is None else {"out": out}
    return _tensordot(site, a, b, left, right, **out)


def chain_matmul(*matrices, out=None):
    """The product of 2-D tensors, in the order of the fewest multiplications."""
    site = _here()
    return _chain_matmul(site, matrices, **({} if out is None else {"out": out}))


_lu_with_info = _ops.op("_lu_with_info")


def lu(A, pivot=True, get_infos=False, out=None):
    """The LU factorization in one tensor, and its pivots; with `get_infos` where a pivot is 0."""
    result = _types.return_type("_lu_with_info", ("LU", "pivots", "info"))(_lu_with_info(_here(), A, pivot))
    if out is not None:
        for one, part in zip(out, result):
            one.resize_as_(part).copy_(part)
        return out
    return result if get_infos else (result[0], result[1])


TensorBase.lu = lu
