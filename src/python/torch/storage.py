"""`torch.storage`: the memory behind tensors, read and written in order. Each wraps a one-dimensional tensor over all of it."""

import builtins
import io

from . import _bridge, _ops, _types
from ._tensor import Tensor, _here


def _whole(tensor):
    return _bridge.wrap(_bridge.check(_bridge.E.wholeStorage(tensor._h)))


class _Storage:
    __slots__ = ("_tensor",)

    def size(self):
        return self._tensor.numel()

    __len__ = size

    def __iter__(self):
        return iter(self._tensor.tolist())

    def __getitem__(self, index):
        if not isinstance(index, builtins.int):
            raise RuntimeError(f"can't index a {type(self)} with {type(index)}")
        return self._tensor[self._wrapped(index)].item()

    def __setitem__(self, index, value):
        self._tensor[index if isinstance(index, slice) else self._wrapped(index)] = value

    def _wrapped(self, index):
        if not -self.size() <= index < self.size():
            raise IndexError(f"index {index} out of range for storage of size {self.size()}")
        return index

    def tolist(self):
        return self._tensor.tolist()

    def data_ptr(self):
        return self._tensor.data_ptr()

    def element_size(self):
        return self._tensor.element_size()

    def nbytes(self):
        return self.size() * self.element_size()

    def fill_(self, value):
        self._tensor.fill_(value)
        return self

    def copy_(self, source, non_blocking=None):
        self._tensor.copy_(source._tensor)
        return self

    def clone(self):
        return _wrap(type(self), self._tensor.clone())

    def resize_(self, size):
        self._tensor.resize_(size)

    def cpu(self):
        return self

    def is_shared(self):
        return False

    @property
    def device(self):
        return _types.cpu

    @property
    def is_cuda(self):
        return False

    def __repr__(self):
        values = "\n ".join(map(str, self.tolist()))
        return f" {values}\n[{self._title()} of size {self.size()}]"

    def __deepcopy__(self, memo):
        """Tensors that share memory share the copy of it."""
        known = memo.setdefault("torch", {})
        place = self.data_ptr() if len(self) else id(self)
        if place not in known:
            known[place] = self.clone()
        return known[place]

    def __reduce__(self):
        from . import serialization

        buffer = io.BytesIO()
        serialization.save(self, buffer)
        return _load_from_bytes, (buffer.getvalue(),)

    def __eq__(self, other):
        return isinstance(other, _Storage) and self is other

    __hash__ = object.__hash__


class TypedStorage(_Storage):
    __slots__ = ()

    @property
    def dtype(self):
        return self._tensor.dtype

    def type(self):
        return self._tensor.type().replace("Tensor", "Storage")

    def untyped(self):
        return _wrap(UntypedStorage, self._tensor.view(_types.dtypes["uint8"]))

    def _title(self):
        return f"torch.storage.TypedStorage(dtype={self.dtype}, device=cpu)"


class UntypedStorage(_Storage):
    __slots__ = ()

    def _title(self):
        return "torch.storage.UntypedStorage(device=cpu)"


def _wrap(cls, tensor):
    storage = object.__new__(cls)
    storage._tensor = tensor
    return storage


def _load_from_bytes(data):
    from . import serialization

    return serialization.load(io.BytesIO(data))


def _storage(self):
    return _wrap(TypedStorage, _whole(self))


def _set(self, source=None, storage_offset=0, size=None, stride=None):
    """Takes over the memory of a tensor or of a storage."""
    if source is None:
        source = self.new_empty(0)
    if isinstance(source, _Storage):
        source = source._tensor
        size = source.size() if size is None else size
    if size is not None:
        if stride is None:
            stride = self.new_empty(size).stride()
        source = source.as_strided(tuple(size), tuple(stride), storage_offset)
    return _set_tensor(_here(), self, source)


_set_tensor = _ops.op(".set_")
Tensor.storage = _storage
Tensor.set_ = _set
