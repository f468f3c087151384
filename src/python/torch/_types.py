"""The small types of `torch`: dtypes, sizes, devices."""


class dtype:
    """`torch.float32` and the like; there is one object for each."""

    __slots__ = ("_name", "is_complex", "is_floating_point", "is_signed", "itemsize")

    def __repr__(self):
        return f"torch.{self._name}"

    def __reduce__(self):
        return self._name


dtype.__module__ = "torch"


def _make(name, itemsize, is_floating_point, is_signed):
    made = object.__new__(dtype)
    made._name = name
    made.itemsize = itemsize
    made.is_floating_point = is_floating_point
    made.is_signed = is_signed
    made.is_complex = name.startswith("complex")
    return made


dtypes = {
    "float32": _make("float32", 4, True, True),
    "float64": _make("float64", 8, True, True),
    "float16": _make("float16", 2, True, True),
    "bfloat16": _make("bfloat16", 2, True, True),
    "complex32": _make("complex32", 4, False, True),
    "complex64": _make("complex64", 8, False, True),
    "complex128": _make("complex128", 16, False, True),
    "int64": _make("int64", 8, False, True),
    "int32": _make("int32", 4, False, True),
    "int16": _make("int16", 2, False, True),
    "int8": _make("int8", 1, False, True),
    "uint8": _make("uint8", 1, False, False),
    "bool": _make("bool", 1, False, False),
}
aliases = {
    "float": "float32",
    "double": "float64",
    "half": "float16",
    "chalf": "complex32",
    "cfloat": "complex64",
    "cdouble": "complex128",
    "long": "int64",
    "int": "int32",
    "short": "int16",
}
legacy = {
    "FloatTensor": "float32",
    "DoubleTensor": "float64",
    "HalfTensor": "float16",
    "BFloat16Tensor": "bfloat16",
    "LongTensor": "int64",
    "IntTensor": "int32",
    "ShortTensor": "int16",
    "CharTensor": "int8",
    "ByteTensor": "uint8",
    "BoolTensor": "bool",
}
legacy_names = {name: f"torch.{kind}" for kind, name in legacy.items()}
legacy_names |= {"complex32": "torch.ComplexHalfTensor", "complex64": "torch.ComplexFloatTensor", "complex128": "torch.ComplexDoubleTensor"}


class Size(tuple):
    """The shape of a tensor."""

    __slots__ = ()

    def numel(self):
        count = 1
        for size in self:
            count *= size
        return count

    def __repr__(self):
        return f"torch.Size({list(self)})"

    def __add__(self, other):
        return Size(tuple.__add__(self, other))

    def __reduce__(self):
        return Size, (tuple(self),)

    def __mul__(self, count):
        return Size(tuple.__mul__(self, count))

    __rmul__ = __mul__

    def __getitem__(self, index):
        part = tuple.__getitem__(self, index)
        return Size(part) if isinstance(index, slice) else part


Size.__module__ = "torch"


_DEVICES = frozenset(
    "cpu cuda ipu xpu mkldnn opengl opencl ideep hip ve fpga ort xla lazy vulkan mps meta hpu privateuseone".split()
)


class device:
    """Where a tensor lives; here always the CPU."""

    __slots__ = ("type", "index")

    def __init__(self, type, index=None):
        if isinstance(type, device):
            type, index = type.type, type.index
        kind, colon, number = str(type).partition(":")
        if kind not in _DEVICES:
            raise RuntimeError(
                "Expected one of cpu, cuda, ipu, xpu, mkldnn, opengl, opencl, ideep, hip, ve, fpga, ort, xla, lazy, vulkan, mps, meta, hpu, "
                f"privateuseone device type at start of device string: {kind}"
            )
        self.type = kind
        if colon and not number.isdecimal():
            raise RuntimeError(f"Invalid device string: '{type}'")
        self.index = int(number) if colon else index

    def __repr__(self):
        index = "" if self.index is None else f", index={self.index}"
        return f"device(type={self.type!r}{index})"

    def __str__(self):
        return self.type if self.index is None else f"{self.type}:{self.index}"

    def __eq__(self, other):
        return isinstance(other, device) and (self.type, self.index) == (other.type, other.index)

    def __hash__(self):
        return hash((self.type, self.index))

    def __reduce__(self):
        return device, (self.type,) if self.index is None else (self.type, self.index)


device.__module__ = "torch"
cpu = device("cpu")


def require_cpu(where):
    """Raises PyTorch's own error of a build without CUDA."""
    kind = where.type if isinstance(where, device) else "cuda" if isinstance(where, int) else device(where).type
    if kind == "cuda":
        raise AssertionError("Torch not compiled with CUDA enabled")
    if kind != "cpu":
        raise NotImplementedError(f"the device {kind!r} is not supported by the embedded engine: tensors live on the CPU")


def return_type(name, fields):
    """`torch.return_types.NAME`: a tuple whose parts have names."""
    made = _return_types.get(name)
    if made is None:
        made = _return_types[name] = type(name, (_ReturnType,), {"__slots__": (), "__module__": "torch.return_types", "_fields": tuple(fields)})
        for i, field in enumerate(fields):
            setattr(made, field, property(lambda self, i=i: tuple.__getitem__(self, i)))
    return made


_return_types = {}


class _ReturnType(tuple):
    __slots__ = ()
    _fields = ()

    def __repr__(self):
        parts = ",\n".join(f"{field}={value!r}" for field, value in zip(self._fields, self))
        return f"torch.return_types.{type(self).__name__}(\n{parts})"

    def __reduce__(self):
        return tuple, (tuple(self),)


class layout:
    __slots__ = ()

    def __repr__(self):
        return "torch.strided"


strided = layout()


class memory_format:
    """`torch.channels_last` and the like: in which order the dimensions lie in memory."""

    __slots__ = ("_name",)

    def __repr__(self):
        return f"torch.{self._name}"

    def __reduce__(self):
        return self._name


def _make_format(name):
    made = object.__new__(memory_format)
    made._name = name
    return made


memory_format.__module__ = "torch"
memory_formats = {name: _make_format(name) for name in ("contiguous_format", "preserve_format", "channels_last", "channels_last_3d")}
