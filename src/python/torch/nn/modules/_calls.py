"""What a call of a module does beside its `forward`: hooks before and after, and the hooks of its backward."""

import functools
import warnings
import weakref
from collections import OrderedDict

from ..._bridge import TensorBase
from ...utils.hooks import BackwardHook, RemovableHandle

forward_hooks = OrderedDict()
forward_pre_hooks = OrderedDict()
backward_hooks = OrderedDict()
backward_pre_hooks = OrderedDict()
always_called = OrderedDict()
with_kwargs = OrderedDict()
full_backward = None
"""Whether the global backward hooks are full ones; None before the first."""

_MIXED = "Cannot use both regular backward hooks and full backward hooks {}. Please use only one of them."
ON_MODULE = _MIXED.format("on a single Module")
_GLOBALLY = _MIXED.format("as a global Module hook")


def added(hooks, hook, prepend=False, **flags):
    """Puts a hook in its dict, and its number in those of the `flags` that are not None."""
    marked = [flag for flag in flags.values() if flag is not None]
    handle = RemovableHandle(hooks, extra_dict=marked)
    hooks[handle.id] = hook
    for flag in marked:
        flag[handle.id] = True
    if prepend:
        hooks.move_to_end(handle.id, last=False)
    return handle


def register_module_forward_pre_hook(hook):
    """Calls `hook(module, input)` before every `forward`."""
    return added(forward_pre_hooks, hook)


def register_module_forward_hook(hook, *, with_kwargs=False, always_call=False):
    """Calls `hook(module, input, output)` after every `forward`."""
    flags = {"kwargs": globals()["with_kwargs"] if with_kwargs else None, "always": always_called if always_call else None}
    return added(forward_hooks, hook, **flags)


def register_module_backward_hook(hook):
    _set_full(False)
    return added(backward_hooks, hook)


def register_module_full_backward_pre_hook(hook):
    return added(backward_pre_hooks, hook)


def register_module_full_backward_hook(hook):
    """Calls `hook(module, grad_input, grad_output)` whenever the gradients of a module's inputs are there."""
    _set_full(True)
    return added(backward_hooks, hook)


def _set_full(full):
    global full_backward
    if full_backward is (not full):
        raise RuntimeError(_GLOBALLY)
    full_backward = full


def is_hooked():
    return forward_hooks or forward_pre_hooks or backward_hooks or backward_pre_hooks


def call(module, args, kwargs):
    """`module(*args, **kwargs)` with all hooks."""
    called = set()
    try:
        return _call(module, args, kwargs, called)
    except Exception:
        _call_despite(module, args, kwargs, called)
        raise


def _call(module, args, kwargs, called):
    fields = module.__dict__
    full, regular = backward_hooks_of(module)
    pre = [*backward_pre_hooks.values(), *fields.get("_backward_pre_hooks", {}).values()]
    args, kwargs = _before(module, fields, args, kwargs)
    around = BackwardHook(module, full, pre) if full or pre else None
    if around is not None:
        args = around.setup_input_hook(args)
    result = module.forward(*args, **kwargs)
    for hook_id, hook, takes_kwargs in _forward_hooks_of(fields):
        called.add(hook_id)
        answered = hook(module, args, kwargs, result) if takes_kwargs else hook(module, args, result)
        if answered is not None:
            result = answered
    if around is not None:
        result = around.setup_output_hook(result)
    if regular:
        _attach_regular(module, regular, args, result)
    return result


def _before(module, fields, args, kwargs):
    own = fields.get("_forward_pre_hooks_with_kwargs", ())
    for hook in forward_pre_hooks.values():
        args = _replaced(hook(module, args), args)
    for hook_id, hook in list(fields["_forward_pre_hooks"].items()):
        if hook_id not in own:
            args = _replaced(hook(module, args), args)
            continue
        answered = hook(module, args, kwargs)
        if answered is not None:
            if not (isinstance(answered, tuple) and len(answered) == 2):
                raise RuntimeError(f"forward pre-hook must return None or a tuple of (new_args, new_kwargs), but got {answered}.")
            args, kwargs = answered
    return args, kwargs


def _replaced(answered, args):
    if answered is None:
        return args
    return answered if isinstance(answered, tuple) else (answered,)


def _forward_hooks_of(fields):
    own = fields.get("_forward_hooks_with_kwargs", ())
    found = [(hook_id, hook, hook_id in with_kwargs) for hook_id, hook in forward_hooks.items()]
    return found + [(hook_id, hook, hook_id in own) for hook_id, hook in fields["_forward_hooks"].items()]


def _call_despite(module, args, kwargs, called):
    """After an error: the hooks that are called always, and have not been."""
    own = module.__dict__.get("_forward_hooks_always_called", ())
    for hook_id, hook, takes_kwargs in _forward_hooks_of(module.__dict__):
        if hook_id in called or not (hook_id in own or hook_id in always_called):
            continue
        try:
            hook(module, args, kwargs, None) if takes_kwargs else hook(module, args, None)
        except Exception as error:
            warnings.warn(f"module forward hook with ``always_call=True`` raised an exception that was silenced as another error was raised in forward: {error!s}")


def backward_hooks_of(module):
    """The full ones and the regular ones, global before own."""
    full, regular = [], []
    if full_backward is not None:
        (full if full_backward else regular).extend(backward_hooks.values())
    if module._is_full_backward_hook is not None:
        (full if module._is_full_backward_hook else regular).extend(module._backward_hooks.values())
    return full, regular


class WrappedHook:
    """A hook that is also given its module, which it does not keep alive."""

    def __init__(self, hook, module=None):
        self.hook = hook
        self.with_module = module is not None
        self.module = weakref.ref(module) if self.with_module else None
        functools.update_wrapper(self, hook)

    def __call__(self, *args, **kwargs):
        if not self.with_module:
            return self.hook(*args, **kwargs)
        module = self.module()
        if module is None:
            raise RuntimeError("You are trying to call the hook of a dead Module!")
        return self.hook(module, *args, **kwargs)

    def __getstate__(self):
        return {"hook": self.hook, "with_module": self.with_module, "module": self.module() if self.with_module else None}

    def __setstate__(self, state):
        self.__init__(state["hook"], state["module"])


WrappedHook.__name__ = WrappedHook.__qualname__ = "_WrappedHook"


def _attach_regular(module, hooks, args, result):
    """A regular backward hook belongs to the node that made the first tensor of the result, whatever that is."""
    first = result
    while not isinstance(first, TensorBase):
        first = next(value for value in first.values() if isinstance(value, TensorBase)) if isinstance(first, dict) else first[0]
    node = first.grad_fn
    if node is None:
        return
    for hook in hooks:
        node.register_hook(WrappedHook(hook, module))
    text = _what_is_missed(args, result, node)
    if text is not None:
        case, side = text
        warnings.warn(
            f"Using {case} is deprecated and will be removed in future versions. This hook will be missing some {side}. Please use "
            "register_full_backward_hook to get the documented behavior."
        )


def _what_is_missed(args, result, node):
    outputs, inputs = _tensors_of(result), _tensors_of(args)
    if outputs is None:
        return "non-full backward hooks on a Module that does not return a single Tensor or a tuple of Tensors", "of the grad_output"
    if inputs is None:
        return "non-full backward hooks on a Module that does not take as input a single Tensor or a tuple of Tensors", "of the grad_input"
    nodes = {output.grad_fn for output in outputs if output.grad_fn is not None}
    if len(nodes) == 0 or (len(nodes) == 1 and node not in nodes):
        return "a non-full backward hook when outputs are nested in python data structure", "grad_output"
    if len(nodes) > 1:
        return "a non-full backward hook when outputs are generated by different autograd Nodes", "grad_output"
    if {given.grad_fn for given in inputs if given.grad_fn is not None} != {following for following, _ in node.next_functions}:
        return "a non-full backward hook when the forward contains multiple autograd Nodes", "grad_input"
    return None


def _tensors_of(value):
    if isinstance(value, TensorBase):
        return (value,)
    return value if isinstance(value, tuple) and all(isinstance(one, TensorBase) for one in value) else None
