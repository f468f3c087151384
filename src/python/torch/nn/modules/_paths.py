"""Tells the trace which call of which module runs: `encoder.layers.0.self_attn`, its third.

A path leads from the outermost module that runs, by way of those that run inside it: a module that two others share is `encoder.embed`
in one and `decoder.embed` in the other. What is called alone later, such as a checkpointed block, keeps the path that it had before.
"""

from weakref import ref

from ... import _bridge

_running = []
"""Of each call that is under way, outermost first: the module, its path, how paths below it begin, and what the trace was told."""
_known = {}
"""By id, what is known of a module."""
_numbers = {}
"""By path, the number that the other side knows it by: texts are slow to hand over."""
_recording = None
_outermost = 0
"""How many calls from outside of modules there were."""


class _Known(ref):
    """A module that was called, for as long as it lives."""

    __slots__ = ("key", "calls", "path", "ways")

    def __init__(self, module, forget):
        super().__init__(module, forget)
        self.key = id(module)
        self.calls = 0
        self.path = None
        self.ways = {}
        """By the id of a module above it: the names that lead from there to here; if it is not below, when that was found."""

    __hash__ = object.__hash__


def forget():
    """As if nothing had been called."""
    global _recording
    _recording = None
    for known in (_running, _known, _numbers):
        known.clear()


def enter(module):
    """To be followed by `leave`, unless it answers with False: nobody listens."""
    global _recording, _outermost
    if not _recording:
        if _recording is None:
            _recording = _bridge.E.recording() == 1
        if not _recording:
            return False
    known = _known.get(id(module))
    if known is None:
        known = _known[id(module)] = _Known(module, _drop)
    known.calls += 1
    if not _running:
        _outermost += 1
    path, below = _place_of(module, known)
    number = _numbers.get(path)
    if number is None:
        number = _numbers[path] = _bridge.E.modulePath(path)
    _running.append((module, path, below, number, known.calls))
    _bridge.E.module(number, known.calls)
    return True


def leave():
    _running.pop()
    if _running:
        *_, number, call = _running[-1]
        _bridge.E.module(number, call)
    else:
        _bridge.E.module(0, 0)


def _drop(known):
    _known.pop(known.key, None)


def _place_of(module, known):
    """A module's path, and what the paths of modules below it begin with."""
    for above, path, below, *_ in _running:
        if above is module:
            return path, below
    for above, _, below, *_ in reversed(_running):
        names = _way(above, known, module)
        if names is not None:
            known.path = below + ".".join(names)
            return known.path, known.path + "."
    if known.path is not None:
        return known.path, known.path + "."
    name = type(module).__name__
    return name, f"{name}." if _running else ""


def _way(above, known, module):
    """The names that lead from one module to another below it, or None. A module may have moved since it was last looked for."""
    names = known.ways.get(id(above))
    if names == _outermost:
        return None
    if type(names) is not tuple or _follow(above, names) is not module:
        names = _search(above, module)
        known.ways[id(above)] = _outermost if names is None else names
    return names


def _follow(module, names):
    for name in names:
        module = _children(module).get(name)
        if module is None:
            return None
    return module


def _search(above, module):
    """Breadth first, so that the shortest way is found."""
    seen = {id(above)}
    level = [((), above)]
    while level:
        below = []
        for names, one in level:
            for name, child in _children(one).items():
                if child is module:
                    return (*names, name)
                if child is not None and id(child) not in seen:
                    seen.add(id(child))
                    below.append(((*names, name), child))
        level = below
    return None


def _children(module):
    return getattr(module, "__dict__", {}).get("_modules") or {}
