"""What a pickled tensor is built from: names that files of PyTorch's refer to."""

from collections import OrderedDict

from . import _types


def _rebuild_tensor(storage, storage_offset, size, stride):
    from ._tensor import Tensor

    if storage.size() == 0:
        return storage._tensor.new_empty(tuple(size))
    return storage._tensor.new_empty(0).set_(storage, storage_offset, tuple(size), tuple(stride))


def _rebuild_tensor_v2(storage, storage_offset, size, stride, requires_grad, backward_hooks, metadata=None):
    tensor = _rebuild_tensor(storage, storage_offset, size, stride)
    if metadata and metadata.get("conj"):
        tensor = tensor.conj().detach()
    tensor.requires_grad = requires_grad
    return tensor


def _rebuild_parameter(data, requires_grad, backward_hooks):
    from .nn.parameter import Parameter

    return Parameter(data, requires_grad)


def _rebuild_from_type_v2(function, new_type, args, state):
    """A tensor of a subclass, with its attributes."""
    from ._tensor import adopt

    made = function(*args)
    if type(made) is not new_type:
        made = adopt(new_type, made)
    if state:
        made.__dict__.update(state)
    return made


def reduce_tensor(tensor):
    """The call that rebuilds a tensor on its memory, which is pickled once for all tensors that share it."""
    requires_grad = tensor.requires_grad
    if tensor.is_complex() and tensor.is_conj():  # PyTorch 1.13 has no word for it.
        tensor = tensor.detach().resolve_conj()
    geometry = tensor.storage_offset(), tuple(tensor.size()), tensor.stride()
    return _rebuild_tensor_v2, (tensor.storage(), *geometry, requires_grad, OrderedDict())


def deepcopy_tensor(tensor, memo):
    """A copy that stands to the other copies as the tensor does to their originals: those that shared memory share it again."""
    import copy

    from ._tensor import adopt

    if not tensor.is_leaf:
        raise RuntimeError(
            "Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol at the moment"
        )
    if id(tensor) in memo:
        return memo[id(tensor)]
    storage = copy.deepcopy(tensor.storage(), memo)
    made = _rebuild_tensor(storage, tensor.storage_offset(), tensor.size(), tensor.stride())
    if tensor.is_complex() and tensor.is_conj():
        made = made.conj().detach()
    if type(tensor) is not type(made):
        made = adopt(type(tensor), made)
    made.requires_grad = tensor.requires_grad
    if tensor.grad is not None:
        made.grad = deepcopy_tensor(tensor.grad, memo)
    made.__dict__.update(copy.deepcopy(tensor.__dict__, memo))
    memo[id(tensor)] = made
    return made


def storage_dtype(name):
    """Of `FloatStorage`: what it holds."""
    return _types.dtypes["uint8" if name == "UntypedStorage" else storage_names[name]]


storage_names = {name.replace("Tensor", "Storage"): dtype for name, dtype in _types.legacy.items()}
storage_names |= {"ComplexFloatStorage": "complex64", "ComplexDoubleStorage": "complex128"}
"""`FloatStorage` holds `float32`."""
