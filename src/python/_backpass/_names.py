"""Which names the program binds tensors to.

`sys.monitoring` calls back before an instruction. Everywhere but directly after a store the callback says DISABLE, so that an instruction
costs once; and a store that keeps on storing what is no tensor is given up as well. The program itself is not changed.
"""

import sys
from sys import _getframe

from torch import _bridge, _sites

from ._targets import targets_of

_TOOL = 4
_PATIENCE = 64
"""Stores of something else in a row after which a place is no longer looked at."""
_ELEMENTS = 64
"""Elements of a list, tuple or dict that get names."""

_events = sys.monitoring.events
_DISABLE = sys.monitoring.DISABLE
_bind = None
_name = None
_target = None
_numbers = {}
"""The number by which the other side knows a name in a scope at a place: strings are slow to hand over."""
_stores = {}
"""By code id: what was stored before the instruction at an offset."""
_misses = {}
_codes = []


class _Watcher:
    """The other side adds `seen`: `_on_instruction`, which it only asks for what it does not know."""

    __slots__ = ()


_watcher = None


def install(bridge):
    global _bind, _name, _target, _watcher
    _bind = bridge.bind
    _name = bridge.name
    _target = bridge.nativeTarget
    if _watcher is None:
        bridge.nativeSeen(id(_Watcher), id(_on_instruction))
        _watcher = _Watcher()
    sys.monitoring.use_tool_id(_TOOL, "backpass")
    sys.monitoring.register_callback(_TOOL, _events.INSTRUCTION, _watcher.seen)
    sys.monitoring.register_callback(_TOOL, _events.PY_START, _on_start)


def uninstall():
    """Forgets what was watched."""
    global _bind, _name, _target
    _bind = _name = _target = None
    for known in (_numbers, _stores, _misses, _codes):
        known.clear()
    sys.monitoring.clear_tool_id(_TOOL)
    sys.monitoring.free_tool_id(_TOOL)


def watch(code):
    """Watches a module's code and all functions in it."""
    if _bind is None:
        return
    sys.monitoring.set_local_events(_TOOL, code, _events.INSTRUCTION | _events.PY_START)
    _codes.append(code)
    for constant in code.co_consts:
        if isinstance(constant, type(code)):
            watch(constant)


def _on_instruction(code, offset):
    stores = _stores.get(id(code))
    if stores is None:
        stores = _stores[id(code)] = targets_of(code)
    targets = stores.get(offset)
    if targets is None:
        return _DISABLE
    try:
        frame = _getframe(1)
        found = False
        for target in targets:
            value = target.value(frame)
            if target.number and type(value) is _bridge.Tensor:
                _bind(target.number, value._h)
                found = True
            elif _is_interesting(value):
                name = target.name(frame)
                found = _tell(name, code, target.offset, value) or found
                if target.is_fixed and type(value) is _bridge.Tensor:
                    target.number = _number(name, code, target.offset)
                    if target.is_local and len(targets) == 1:
                        _target(id(code), offset, target.number, id(name))
    except Exception:  # What cannot be looked at has no name; the program must not notice.
        found = False
    return _patience(id(code) << 24 | offset, found)


def _on_start(code, offset):
    """The arguments of a call."""
    try:
        frame = _getframe(1)
        values = frame.f_locals
        flags = code.co_flags
        count = code.co_argcount + code.co_kwonlyargcount + (flags & 4 != 0) + (flags & 8 != 0)
        found = False
        for name in code.co_varnames[:count] if flags & 3 == 3 else ():
            value = values.get(name)
            if _is_interesting(value):
                found = _tell(name, code, offset, value) or found
    except Exception:
        found = False
    return _patience(id(code) << 24 | 0xFFFFFF, found)


def _patience(key, found):
    if found:
        _misses.pop(key, None)
        return None
    misses = _misses[key] = _misses.get(key, 0) + 1
    return _DISABLE if misses > _PATIENCE else None


def _is_interesting(value):
    kind = type(value)
    return kind in _CONTAINERS or isinstance(value, _bridge.TensorBase) or hasattr(kind, "named_parameters")


_CONTAINERS = (list, tuple, dict)


def _tell(name, code, offset, value):
    """Tells of a tensor, or of the tensors in a container; whether there was one."""
    if isinstance(value, _bridge.TensorBase):
        _bind(_number(name, code, offset), value._h)
        return True
    found = False
    for inner, element in _elements(name, value):
        if isinstance(element, _bridge.TensorBase):
            _bind(_number(inner, code, offset), element._h)
            found = True
    return found


def _number(name, code, offset):
    key = (name, id(code), offset)
    number = _numbers.get(key)
    if number is None:
        scope = "" if code.co_name == "<module>" else code.co_qualname
        number = _numbers[key] = _name(name, scope, _sites.site_at(code, offset))
    return number


def _elements(name, value):
    kind = type(value)
    if kind is dict:
        pairs = [(f"{name}[{key!r}]", value[key]) for key in list(value)[:_ELEMENTS] if type(key) in (str, int)]
    elif kind is list or kind is tuple:
        pairs = [(f"{name}[{i}]", element) for i, element in enumerate(value[:_ELEMENTS])]
    else:
        pairs = [(f"{name}.{path}", parameter) for path, parameter in value.named_parameters()]
    return pairs
