"""What a program can do with the graph itself: the ways in which saved tensors are kept, and hooks on several tensors."""

import contextlib
import functools

from .. import _bridge
from .._bridge import Node, TensorBase
from .._names import module_getattr

__all__ = ["Node", "saved_tensors_hooks", "save_on_cpu", "disable_saved_tensors_hooks", "register_multi_grad_hook"]
__getattr__ = module_getattr("torch.autograd.graph")

_installed = []
"""Keys of the pack functions, innermost last."""
_disabled = None
"""Why there may be no hooks at present."""


class saved_tensors_hooks:
    """Inside of it `pack_hook(tensor)` makes what is kept of each saved tensor, and `unpack_hook` makes a tensor of that again."""

    def __init__(self, pack_hook, unpack_hook):
        self.pack_hook = pack_hook
        self.unpack_hook = unpack_hook

    def __enter__(self):
        if _disabled is not None:
            raise RuntimeError(_disabled)
        _push(functools.partial(_pack, self.pack_hook, self.unpack_hook))

    def __exit__(self, *args):
        _pop()


def _push(pack):
    _installed.append(_bridge.keep(pack))
    _bridge.E.setSavedHooks(_installed[-1])


def _pop():
    _bridge.let_go(_installed.pop())
    _bridge.E.setSavedHooks(_installed[-1] if _installed else 0)


def _pack(pack_hook, unpack_hook, tensors):
    """Keeps what the program makes of a tensor; answers with the key to unpack it by."""
    (tensor,) = tensors
    version = tensor._version
    packed = pack_hook(tensor)
    if tensor._version != version:
        raise RuntimeError(
            "A saved tensor pack hook is modifying its input in place. Tensors provided as input to pack hook can not be modified by "
            "in-place operations as this can lead to unexpected side-effects. Please open an issue if you need to perform in-place "
            "operations on the input to a pack hook."
        )
    return _bridge.keep(lambda *_: (_unpacked(unpack_hook(packed)),))


def _unpacked(result):
    if not isinstance(result, TensorBase):
        raise TypeError(
            f"Output of saved tensor unpack_hook expected to be a Tensor but got result of type {type(result).__name__}"
        )
    return result


class save_on_cpu(saved_tensors_hooks):
    """Saved tensors are kept on the CPU, where this engine has all of them: a copy, as PyTorch makes one."""

    def __init__(self, pin_memory=False, device_type="cuda"):
        super().__init__(lambda tensor: tensor.detach().clone(), lambda packed: packed)


@contextlib.contextmanager
def disable_saved_tensors_hooks(error_message):
    """Inside of it hooks on saved tensors are refused."""
    global _disabled
    before, _disabled = _disabled, error_message
    try:
        if _installed:
            raise RuntimeError(error_message)
        yield
    finally:
        _disabled = before


def register_multi_grad_hook(tensors, fn, *, mode="all"):
    """Calls `fn` with the gradients of `tensors` (None for one that got none in the end) when the last of those expected has come."""
    from ..utils.hooks import RemovableHandle

    if mode not in ("all", "any"):
        raise ValueError(f"Expects mode to be one of ('all', 'any') but got {mode}")
    received = [None] * len(tensors)
    count = 0

    def arrived(index, gradient):
        nonlocal count, received
        received[index] = gradient
        count += 1
        if mode == "any":
            if count == 1:
                fn(gradient)
        elif count == len(tensors):
            gradients, received, count = received, [None] * len(tensors), 0
            fn(gradients)

    handles = [tensor.register_hook(functools.partial(arrived, i)) for i, tensor in enumerate(tensors)]
    return RemovableHandle(lambda: [handle.remove() for handle in handles] and None)
