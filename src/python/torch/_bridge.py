"""The door to the engine, seen from Python: the only module that knows the bridge object `E`.

A `TensorBase` holds a *handle*, the number under which the engine's side keeps the tensor. `E` is bound after this package was imported,
because a memory snapshot is taken in between that must hold no JavaScript object.
"""

import functools
import json
import sys
import warnings
import weakref

from . import _sites

FAILED = -1
OTHER = -2
NONE = -2
SAME = -3

E = None
Tensor = None
"""The class that results are made of; `_tensor` sets it."""

_kept = {}
"""What the engine may call, by key."""
_key_count = 0
_answered = None
_raised = None
"""What a callback raised, while the failure is on its way through the engine."""


def bind(bridge):
    """Connects this package with an engine."""
    global E
    E = bridge
    _sites.bind(bridge.site, bridge.stack, bridge.nativeMain)
    bridge.nativeTensor(id(Tensor), id(vars(TensorBase)["_h"]), id(_sites.stack_of), id(_finish))
    bridge.nativeRelease(id(TensorBase))
    bridge.callbacks(_call_back)


def forget():
    """As if nothing had run. The other side has forgotten all handles."""
    global _key_count, _raised, _answered
    for known in (_kept, _nodes, _node_classes):
        known.clear()
    _key_count = 0
    _raised = _answered = None


def tell(name, owner, tensors=(), text=""):
    """Lets the trace know of a call that is no operation, at the user's line."""
    if E.recording():
        E.tell(_sites.stack_of(sys._getframe(2)), name, id(owner), ",".join(str(tensor._h) for tensor in tensors), text)


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
        return _part(next(kinds), kinds, args)
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


class _LinAlgError(RuntimeError):
    """A matrix that an algorithm cannot do with."""


_LinAlgError.__module__ = "torch._C"

_ERRORS = {
    "RuntimeError": RuntimeError,
    "LinAlgError": _LinAlgError,
    "TypeError": TypeError,
    "ValueError": ValueError,
    "IndexError": IndexError,
    "AssertionError": AssertionError,
    "NotImplementedError": NotImplementedError,
}


def failure():
    """The exception for the engine's last failure."""
    global _raised
    report = E.failureReport()
    if report:
        for text in json.loads(report):
            warnings.warn(text, UserWarning, stacklevel=_sites.user_depth())
    kind = E.failureType()
    if kind == "Callback" and _raised is not None:
        error, _raised = _raised, None
        return error
    if kind == "Enough":
        return SystemExit(0)
    message = E.failureMessage()
    if kind in _ERRORS:
        return _ERRORS[kind](message)
    return RuntimeError(f"Backpass's engine failed, which is a fault of Backpass and not of the program: {message}")


def _part(kind, kinds, args):
    if kind == "[":
        parts = []
        for inner in kinds:
            if inner == "]":
                break
            parts.append(_part(inner, kinds, args))
        return tuple(parts)
    if kind == "n":
        return None
    value = E.take()
    if kind == "c":
        return complex(float(value), float(E.take()))
    if kind == "t":
        return wrap(value) if value >= 0 else _find(SAME - value, args)
    return float(value) if kind == "f" else bool(value) if kind == "b" else int(value) if kind == "i" else value


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


def keep(function):
    """Lets the engine call `function(*groups of tensors)`: the key to call it by. It answers with None, a number, a text, or a
    sequence of tensors and Nones."""
    global _key_count
    _key_count += 1
    _kept[_key_count] = function
    return _key_count


def let_go(key):
    _kept.pop(key, None)


def _call_back(key, groups):
    """Called by the engine. Nothing may be raised through it."""
    global _raised, _answered
    if key <= 0:
        if key == 0:
            return _idle_nodes()
        let_go(-key)
        return ""
    try:
        function = _kept.get(key)
        answered = None if function is None else function(*[_tensors(group) for group in groups.split("|")])
        _answered = answered  # The engine looks its tensors up after this call has returned.
        if answered is None:
            return ""
        if isinstance(answered, (int, str)):
            return str(answered)
        return ",".join([str(NONE if tensor is None else tensor._h) for tensor in answered]) or "()"
    except BaseException as error:
        _raised = error
        return f"!{error}"


def _idle_nodes():
    """The ids of custom Functions' nodes whose `ctx` nobody holds but the function that is kept to call its backward."""
    alone = _references(functools.partial(id, object()))
    kept = [one for one in _kept.values() if type(one) is functools.partial and isinstance(one.args[0], Node)]
    return ",".join([str(one.args[0]._id) for one in kept if _references(one) == alone])


def _references(function):
    return sys.getrefcount(function.args[0])


def _tensors(group):
    handles = map(int, group.split(",")) if group else ()
    return tuple([None if handle == NONE else wrap(handle) for handle in handles])


def add_hook(tensor, hook):
    """Calls `hook` with each gradient that arrives for a tensor; answers with what takes it off again."""

    def call(gradients):
        result = hook(gradients[0])
        if result is not None and not isinstance(result, TensorBase):
            raise TypeError(f"expected Variable, but hook returned '{type(result).__name__}'")
        return None if result is None else (_fitting(hook, result, gradients[0]),)

    return _registered(tensor, E.registerHook, E.removeHook, call)


def add_after_grad(tensor, hook):
    """Calls `hook` with the tensor itself after its `.grad` has grown."""
    known = weakref.ref(tensor)

    def call(_):
        found = known()
        if found is not None and hook(found) is not None:
            raise RuntimeError("Tensor post accumulate grad hooks should return None.")

    return _registered(tensor, E.registerAfterGrad, E.removeAfterGrad, call)


def _registered(tensor, register, unregister, call):
    key = keep(call)
    number = _key_checked(register, tensor._h, key)
    known = weakref.ref(tensor)

    def remove():
        let_go(key)
        found = known()
        if found is not None:
            unregister(found._h, number)

    return remove


def _key_checked(entry, handle, key):
    number = entry(handle, key)
    if number == FAILED:
        let_go(key)
        raise failure()
    return number


class Node:
    """A backward function. Each kind is a class of its own, by PyTorch's name."""

    __slots__ = ("_id", "__weakref__", "__dict__")

    def name(self):
        name = E.nodeName(self._id)
        return f"torch::autograd::{name}" if name in ("AccumulateGrad", "CopySlices", "NotImplemented") else name

    @property
    def next_functions(self):
        text = E.nodeNext(self._id)
        return tuple(_edge(edge) for edge in text.split(",")) if text else ()

    @property
    def variable(self):
        number = E.nodeVariable(self._id)
        if number == NONE:
            raise AttributeError(f"'{type(self).__name__}' object has no attribute 'variable'")
        return holder_of(number)

    def register_prehook(self, hook):
        """Calls `hook(grad_outputs)` before this runs."""
        return self._registered(E.nodePreHook, lambda arrived: _replacing(hook, hook(arrived), arrived))

    def register_hook(self, hook):
        """Calls `hook(grad_inputs, grad_outputs)` after this has run."""
        return self._registered(E.nodeHook, lambda sent, arrived: _replacing(hook, hook(sent, arrived), sent))

    def _registered(self, register, call):
        from .utils.hooks import RemovableHandle

        key = keep(call)
        number = register(self._id, key)

        def remove():
            let_go(key)
            E.removeNodeHook(self._id, number)

        return RemovableHandle(remove)

    def __getattr__(self, name):
        if name.startswith("_saved_") and "_id" in vars(Node):
            wanted = name.removeprefix("_saved_")
            for saved in json.loads(E.savedNames(self._id)):
                if saved.partition("[")[0].replace("results", "result") == wanted:
                    number = E.savedInput(self._id, saved)
                    return answer(E.savedValue(self._id, saved)) if number == NONE else _holder(number)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __eq__(self, other):
        return isinstance(other, Node) and self._id == other._id

    def __hash__(self):
        return hash(self._id)

    def __repr__(self):
        cls = type(self)
        module = "" if cls.__module__ == "builtins" else f"{cls.__module__}."
        return f"<{module}{cls.__name__} object at {id(self):#x}>"

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


def adopt_node(number, found):
    """Makes `found` the one Python object for a backward function."""
    found._id = number
    _nodes[number] = found


def _replacing(hook, result, before):
    """What a node's hook answered: None, or a tuple of gradients instead of those before."""
    if result is None:
        return None
    if not isinstance(result, tuple):
        raise TypeError(f"expected tuple, but hook returned '{type(result).__name__}'")
    for gradient in result:
        if gradient is not None and not isinstance(gradient, TensorBase):
            raise TypeError(f"expected Variable, but hook returned '{type(gradient).__name__}'")
    if len(result) != len(before):
        raise RuntimeError(
            f"hook '{_name_of(hook)}' has returned an incorrect number of values (got {len(result)}, but expected {len(before)})"
        )
    return tuple([gradient if gradient is None else _fitting(hook, gradient, was) for gradient, was in zip(result, before)])


def _fitting(hook, gradient, before):
    """A gradient that a hook puts in the place of another, which it must be like."""
    if before is None:
        raise RuntimeError("can't replace a None gradient with a non-None value")
    if gradient.dtype is not before.dtype:
        raise RuntimeError(f"hook '{_name_of(hook)}' has changed the type of value (was {before.type()} got {gradient.type()})")
    if gradient.size() != before.size():
        raise RuntimeError(f"hook '{_name_of(hook)}' has changed the size of value")
    return gradient


def _name_of(hook):
    return getattr(hook, "__name__", "<unknown>")


def _edge(text):
    if text == "n":
        return None, 0
    number, _, index = text.partition(":")
    return node(int(number)), int(index)


def holder_of(number):
    """The Python object for a tensor of the engine's: that which there is, or a new one for a handle that crossed as `SAME - handle`."""
    return wrap(SAME - number) if number < 0 else _holder(number)


def leaf_handle(node):
    """Of an `AccumulateGrad`: the handle of its leaf; -1 when no Python object stands for that. None of other nodes."""
    number = E.nodeVariable(node._id)
    if number == NONE:
        return None
    if number >= 0:
        return number
    wrap(SAME - number)
    return -1


def _holder(handle):
    """The object that owns a handle. Rarely asked, and slow."""
    import gc

    for candidate in gc.get_objects():
        if isinstance(candidate, TensorBase) and getattr(candidate, "_h", None) == handle:
            return candidate
    return None
