"""The door to the engine, seen from Python: the only module that knows the bridge object `E`.

A `TensorBase` holds a *handle*, the number under which the engine's side keeps the tensor. `E` is bound after this package was imported,
because a memory snapshot is taken in between that must hold no JavaScript object.
"""

import weakref

from . import _sites

FAILED = -1
OTHER = -2
NONE = -2
SAME = -3

E = None
Tensor = None
"""The class that results are made of; `_tensor` sets it."""

_hooks = {}
_hook_count = 0
_raised = None
"""What a hook raised, while the failure is on its way through the engine."""


def bind(bridge):
    """Connects this package with an engine."""
    global E
    E = bridge
    _sites.bind(bridge.site, bridge.stack, bridge.nativeMain)
    bridge.nativeTensor(id(Tensor), id(vars(TensorBase)["_h"]), id(_sites.stack_of), id(_finish))
    bridge.nativeRelease(id(TensorBase))
    bridge.callbacks(_run_hook)


def forget():
    """As if nothing had run. The other side has forgotten all handles."""
    global _hook_count, _raised
    for known in (_hooks, _nodes, _node_classes):
        known.clear()
    _hook_count = 0
    _raised = None


class TensorBase:
    """What owns a handle. `bind` adds a `__del__` that releases it."""

    __slots__ = ("_h", "_grad", "__weakref__", "__dict__")


def wrap(handle, _new=object.__new__):
    tensor = _new(Tensor)
    tensor._h = handle
    return tensor


def answer(number, args=()):
    """What an entry's answer stands for. `args`: what was given, of which one may be the answer."""
    if number >= 0:
        return wrap(number)
    if number == FAILED:
        raise failure()
    if number == OTHER:
        kinds = iter(E.resultKinds())
        return _part(next(kinds), kinds)
    return _find(SAME - number, args)


def _finish(number, *args):
    """`answer`, for operators."""
    return answer(number, args)


def check(number):
    """For entries that answer with a number, or fail."""
    if number == FAILED:
        raise failure()
    return number


def check_value(value):
    """For entries that answer with a value, or None when they fail."""
    if value is None:
        raise failure()
    return value


_ERRORS = {
    "RuntimeError": RuntimeError,
    "TypeError": TypeError,
    "ValueError": ValueError,
    "IndexError": IndexError,
    "NotImplementedError": NotImplementedError,
}


def failure():
    """The exception for the engine's last failure."""
    global _raised
    kind = E.failureType()
    if kind == "Callback" and _raised is not None:
        error, _raised = _raised, None
        return error
    message = E.failureMessage()
    if kind in _ERRORS:
        return _ERRORS[kind](message)
    return RuntimeError(f"Backpass's engine failed, which is a fault of Backpass and not of the program: {message}")


def _part(kind, kinds):
    if kind == "[":
        parts = []
        for inner in kinds:
            if inner == "]":
                break
            parts.append(_part(inner, kinds))
        return tuple(parts)
    if kind == "n":
        return None
    value = E.take()
    if kind == "c":
        return complex(float(value), float(E.take()))
    if kind == "t":
        return wrap(value)
    return float(value) if kind == "f" else bool(value) if kind == "b" else value


def _find(handle, args):
    """The argument that has this handle; lists are looked into."""
    for arg in args:
        if isinstance(arg, TensorBase):
            if arg._h == handle:
                return arg
        elif isinstance(arg, (list, tuple)):
            found = _find(handle, arg)
            if found is not None:
                return found
    return None


def add_hook(tensor, hook):
    """Registers `hook` and answers with what `remove_hook` takes."""
    global _hook_count
    _hook_count += 1
    key = _hook_count
    number = check(E.registerHook(tensor._h, key))
    _hooks[key] = hook
    return tensor._h, number, key


def remove_hook(token, tensor):
    handle, number, key = token
    if _hooks.pop(key, None) is not None and tensor is not None:
        E.removeHook(handle, number)


def _run_hook(key, handle):
    """Called by the engine. Nothing may be raised through it."""
    global _raised
    try:
        grad = wrap(handle)
        hook = _hooks.get(key)
        result = None if hook is None else hook(grad)
        if result is None:
            return NONE
        if not isinstance(result, TensorBase):
            raise TypeError(f"expected Variable, but hook returned '{type(result).__name__}'")
        return result._h
    except BaseException as error:
        _raised = error
        return FAILED


class Node:
    """A backward function. Each kind is a class of its own, by PyTorch's name."""

    __slots__ = ("_id", "__weakref__")

    def name(self):
        return E.nodeName(self._id)

    @property
    def next_functions(self):
        text = E.nodeNext(self._id)
        return tuple(_edge(edge) for edge in text.split(",")) if text else ()

    @property
    def variable(self):
        number = E.nodeVariable(self._id)
        if number == NONE:
            raise AttributeError(f"'{type(self).__name__}' object has no attribute 'variable'")
        return wrap(SAME - number) if number < 0 else _holder(number)

    def register_hook(self, hook):
        raise NotImplementedError(
            "register_hook of a grad_fn is not supported by the embedded engine yet. Register the hook on a tensor: tensor.register_hook(hook)."
        )

    def __repr__(self):
        return f"<{type(self).__name__} object at {id(self):#x}>"

    def __del__(self):
        E.releaseNode(self._id)


_nodes = weakref.WeakValueDictionary()
_node_classes = {}


def node(number):
    """The one Python object for a backward function."""
    found = _nodes.get(number)
    if found is None:
        name = E.nodeName(number)
        cls = _node_classes.get(name)
        if cls is None:
            cls = _node_classes[name] = type(name, (Node,), {"__slots__": (), "__module__": "builtins"})
        found = object.__new__(cls)
        found._id = number
        _nodes[number] = found
    return found


def _edge(text):
    if text == "n":
        return None, 0
    number, _, index = text.partition(":")
    return node(int(number)), int(index)


def _holder(handle):
    """The object that owns a handle. Rarely asked, and slow."""
    import gc

    for candidate in gc.get_objects():
        if isinstance(candidate, TensorBase) and getattr(candidate, "_h", None) == handle:
            return candidate
    return None
