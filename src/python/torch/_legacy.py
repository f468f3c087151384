"""`torch.FloatTensor` and its kin: names from before dtypes. They make tensors, and `isinstance` asks for the dtype."""

from ._bridge import TensorBase
from ._creation import construct
from ._tensor import Tensor, _here
from ._types import dtypes, legacy
from ._utils import storage_names


class _LegacyType(type):
    def __instancecheck__(cls, instance):
        return isinstance(instance, TensorBase) and instance.dtype is dtypes[cls._dtype]

    def __call__(cls, *args, **kwargs):
        tensor = object.__new__(Tensor)
        tensor._h = construct(_here(), cls._dtype, args, kwargs)
        return tensor


classes = {
    name: _LegacyType(name, (), {"_dtype": dtype_name, "__module__": "torch"}) for name, dtype_name in legacy.items()
}


class _LegacyStorage(type):
    def __instancecheck__(cls, instance):
        from .storage import TypedStorage

        return isinstance(instance, TypedStorage) and instance.dtype is cls.dtype

    def __call__(cls, *args):
        from .storage import TypedStorage, _wrap

        tensor = object.__new__(Tensor)
        tensor._h = construct(_here(), cls.dtype._name, args, {})
        return _wrap(TypedStorage, tensor)


storages = {
    dtype_name: _LegacyStorage(name, (), {"dtype": dtypes[dtype_name], "__module__": "torch"})
    for name, dtype_name in storage_names.items()
}
"""By the name of what they hold."""
