"""The class `Tensor`: what is not an op of the engine."""

import warnings
from sys import _getframe

from . import _bridge, _ops, _sites, _types
from ._bridge import NONE, TensorBase, check, check_value
from ._creation import construct, flat_elements
from ._types import Size, dtypes
from ._utils import _rebuild_from_type_v2, deepcopy_tensor, reduce_tensor

_NON_LEAF_GRAD = (
    "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad attribute won't be populated during "
    "autograd.backward(). If you indeed want the .grad field to be populated for a non-leaf Tensor, use .retain_grad() on the "
    "non-leaf Tensor. If you access the non-leaf Tensor by mistake, make sure you access the leaf Tensor instead. See "
    "github.com/pytorch/pytorch/pull/30531 for more informations. (Triggered internally at  "
    "./build/aten/src/ATen/core/TensorBody.h:480.)"
)


def _here():
    """The stack of whoever called the caller of this function."""
    frame = _getframe(2)
    site = _sites.direct.get(id(frame.f_code) << 24 | frame.f_lasti)
    return _sites.stack_of(frame) if site is None else site


class Tensor(TensorBase):
    __slots__ = ()

    def __new__(cls, *args, **kwargs):
        tensor = object.__new__(cls)
        tensor._h = construct(_here(), _bridge.E.defaultDtype(), args, kwargs)
        return tensor

    def __init__(self, *args, **kwargs):
        pass

    def __repr__(self, *, tensor_contents=None):
        return check(_bridge.E.repr(self._h))

    def __format__(self, spec):
        if self.dim() == 0 and type(self) is Tensor:
            return self.item().__format__(spec)
        return object.__format__(self, spec)

    def __hash__(self):
        return id(self)

    @property
    def shape(self):
        return self.size()

    def size(self, dim=None):
        text = _bridge.E.shape(self._h)
        size = Size(map(int, text.split(","))) if text else Size()
        if dim is None:
            return size
        return _at(size, dim)

    def dim(self):
        return len(self.size())

    ndimension = dim

    @property
    def ndim(self):
        return len(self.size())

    def numel(self):
        return self.size().numel()

    nelement = numel

    def stride(self, dim=None):
        text = _bridge.E.strides(self._h)
        strides = tuple(map(int, text.split(","))) if text else ()
        return strides if dim is None else _at(strides, dim)

    def storage_offset(self):
        return _bridge.E.offset(self._h)

    @property
    def dtype(self):
        return dtypes[_bridge.E.dtype(self._h)]

    @property
    def device(self):
        return _types.cpu

    @property
    def layout(self):
        return _types.strided

    is_cuda = property(lambda self: False)
    is_sparse = property(lambda self: False)
    is_quantized = property(lambda self: False)
    is_meta = property(lambda self: False)
    names = property(lambda self: (None,) * self.dim())

    @property
    def itemsize(self):
        return self.dtype.itemsize

    def element_size(self):
        return self.dtype.itemsize

    def data_ptr(self):
        return _bridge.E.dataPtr(self._h)

    @property
    def _version(self):
        return check(_bridge.E.version(self._h))

    @property
    def _base(self):
        number = _bridge.E.base(self._h)
        return None if number == NONE else _bridge.holder_of(number)

    def _is_view(self):
        return _bridge.E.isView(self._h) == 1

    @property
    def is_leaf(self):
        return check(_bridge.E.isLeaf(self._h)) == 1

    @property
    def output_nr(self):
        return check(_bridge.E.outputIndex(self._h))

    def is_inference(self):
        return _bridge.E.isInference(self._h)

    def is_floating_point(self):
        return self.dtype.is_floating_point

    def is_complex(self):
        return self.dtype.is_complex

    def is_signed(self):
        return self.dtype.is_signed

    def is_contiguous(self, *, memory_format=_types.memory_formats["contiguous_format"]):
        return _bridge.E.isInFormat(self._h, memory_format._name)

    @property
    def requires_grad(self):
        return check(_bridge.E.requiresGrad(self._h)) == 1

    @requires_grad.setter
    def requires_grad(self, value):
        if not isinstance(value, bool):
            raise RuntimeError("requires_grad must be a bool")
        if value and not self.is_leaf:
            raise RuntimeError("you can only change requires_grad flags of leaf variables.")
        check(_bridge.E.setRequiresGrad(_here(), self._h, value))

    def requires_grad_(self, requires_grad=True):
        if not isinstance(requires_grad, bool):
            raise TypeError(
                f"requires_grad_(): argument 'requires_grad' (position 1) must be bool, not {type(requires_grad).__name__}"
            )
        check(_bridge.E.setRequiresGrad(_here(), self._h, bool(requires_grad)))
        return self

    @property
    def grad(self):
        cached = getattr(self, "_grad", None)
        handle = _bridge.E.grad(self._h, -1 if cached is None else cached._h)
        if handle == NONE:
            self._grad = None
            if not self.is_leaf and not _bridge.E.retainsGrad(self._h):
                warnings.warn(_NON_LEAF_GRAD, UserWarning, stacklevel=2)
            return None
        if cached is not None and handle == cached._h:
            return cached
        self._grad = _bridge.wrap(handle)
        return self._grad

    @grad.setter
    def grad(self, value):
        if value is not None and not isinstance(value, TensorBase):
            raise TypeError(f"assigned grad expected to be a Tensor or None but got grad of type{type(value).__name__}")
        check(_bridge.E.setGrad(_here(), self._h, NONE if value is None else value._h))
        self._grad = value

    @grad.deleter
    def grad(self):
        check(_bridge.E.setGrad(_here(), self._h, NONE))
        self._grad = None

    @property
    def grad_fn(self):
        number = _bridge.E.gradFn(self._h)
        return None if number == NONE else _bridge.node(check(number))

    @property
    def data(self):
        return _bridge.wrap(check(_bridge.E.data(_here(), self._h)))

    @data.setter
    def data(self, value):
        if not isinstance(value, TensorBase):
            raise TypeError(f"Variable data has to be a tensor, but got {type(value).__name__}")
        check(_bridge.E.setData(_here(), self._h, value._h))

    @property
    def retains_grad(self):
        return bool(_bridge.E.retainsGrad(self._h)) and not self.is_leaf

    def retain_grad(self):
        check(_bridge.E.retainGrad(self._h))

    def backward(self, gradient=None, retain_graph=None, create_graph=False, inputs=None):
        from .autograd import run_backward

        run_backward(_here(), self, gradient, retain_graph, create_graph, inputs)

    def register_hook(self, hook):
        from .utils.hooks import RemovableHandle

        if not self.requires_grad:
            raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
        return RemovableHandle(_bridge.add_hook(self, hook))

    def register_post_accumulate_grad_hook(self, hook):
        from .utils.hooks import RemovableHandle

        return RemovableHandle(_bridge.add_after_grad(self, hook))

    def item(self):
        if self.dtype.is_complex and self.numel() == 1:
            return flat_elements(self)[0]
        value = check_value(_bridge.E.item(self._h))
        if self.dtype.is_floating_point:
            return float(value)
        return value if isinstance(value, bool) else int(value)

    def tolist(self):
        from ._creation import nested

        return nested(self)

    def __len__(self):
        size = self.size()
        if not size:
            raise TypeError("len() of a 0-d tensor")
        return tuple.__getitem__(size, 0)

    def __iter__(self):
        if self.dim() == 0:
            raise TypeError("iteration over a 0-d tensor")
        return iter(_unbind(_here(), self))

    def __bool__(self):
        count = self.numel()
        if count != 1:
            raise RuntimeError(f"Boolean value of Tensor with {'more than one value' if count else 'no values'} is ambiguous")
        return bool(self.item())

    def __complex__(self):
        return complex(_number(self))

    def __float__(self):
        return float(_real(_number(self), "double"))

    def __int__(self):
        return int(_real(_number(self), "int64_t"))

    def __index__(self):
        if self.dtype.is_floating_point or self.numel() != 1:
            raise TypeError("only integer tensors of a single element can be converted to an index")
        return int(self.item())

    def __reversed__(self):
        return self if self.dim() == 0 else self.flip(0)

    def __contains__(self, element):
        if isinstance(element, (TensorBase, int, float)):
            return bool((self == element).any())
        raise RuntimeError(
            f"Tensor.__contains__ only supports Tensor or scalar, but you passed in a {type(element)}."
        )

    def __deepcopy__(self, memo):
        return deepcopy_tensor(self, memo)

    def __reduce_ex__(self, protocol):
        if type(self) is Tensor:
            return reduce_tensor(self)
        function, args = reduce_tensor(self)
        return _rebuild_from_type_v2, (function, type(self), args, dict(self.__dict__))

    def cpu(self, memory_format=None):
        return self.to(memory_format=memory_format)

    def cuda(self, device=None, non_blocking=False, memory_format=None):
        raise AssertionError("Torch not compiled with CUDA enabled")

    def numpy(self, *, force=False):
        if self.requires_grad and not force:
            raise RuntimeError("Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.")
        raise NotImplementedError(
            "Tensor.numpy is not supported by the embedded engine: there is no NumPy in it. Use .tolist() or .item() instead."
        )

    __array__ = numpy

    def __getattr__(self, name):
        from ._names import missing

        raise missing("Tensor", name, self)


Tensor.__module__ = "torch"
_bridge.Tensor = Tensor
_ops.letters[Tensor] = "t"
_unbind = _ops.op(".unbind")


def adopt(cls, tensor):
    """An object of `cls` that takes over the handle of a tensor that nobody else has seen."""
    adopted = object.__new__(cls)
    adopted._h = tensor._h
    del tensor._h
    return adopted


def _at(sizes, dim):
    """One of a tensor's sizes or strides, counted from either end."""
    rank = len(sizes) or 1
    if not -rank <= dim < rank:
        raise IndexError(f"Dimension out of range (expected to be in range of [{-rank}, {rank - 1}], but got {dim})")
    if not sizes:
        raise IndexError("Dimension specified as 0 but tensor has no dimensions")
    return tuple.__getitem__(sizes, dim)


def _number(tensor):
    if tensor.numel() != 1:
        raise ValueError("only one element tensors can be converted to Python scalars")
    return tensor.item()


def _real(value, kind):
    """The real part of a number that has no other."""
    if not isinstance(value, complex):
        return value
    if value.imag != 0:
        raise RuntimeError(f"value cannot be converted to type {kind} without overflow")
    return value.real


def _read_only(name):
    getter = vars(Tensor)[name].fget

    def refuse(self, value):
        raise AttributeError(f"attribute {name!r} of 'torch._C._TensorBase' objects is not writable")

    setattr(Tensor, name, property(getter, refuse))


for _name in ("shape", "dtype", "device", "ndim", "is_leaf", "grad_fn", "output_nr", "_version"):
    _read_only(_name)
