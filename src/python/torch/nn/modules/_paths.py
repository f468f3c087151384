"""Tells the trace which call of which module runs: `encoder.layers.0.self_attn`, its third.

A path leads from the outermost module that runs, by way of those that run inside it: a module that two others share is `encoder.embed`
in one and `decoder.embed` in the other. What is called alone later, such as a checkpointed block, keeps the path that it had before.
"""

from array import array
from weakref import ref

from ... import _bridge

_running = []
"""Of each call that is under way, outermost first: the module, its `_Place`, what is known of it, and which of its calls it is."""
_known = {}
"""By id, what is known of a module."""
_numbers = {}
"""By path, the number that the other side knows it by: texts are slow to hand over."""
_cell = array("I", (0, 0))
"""The number of the path of the module that runs, 0 if none does, and which call of it that is: the other side looks here."""
_recording = None
_outermost = 0
"""How many calls from outside of modules there were."""


class _Known(ref):
    """A module that was called, for as long as it lives."""

    __slots__ = ("key", "calls", "depth", "path", "place", "ways")

    def __init__(self, module, forget):
        super().__init__(module, forget)
        self.key = id(module)
        self.calls = self.depth = 0
        self.path = self.place = None
        self.ways = {}
        """By the id of a module above it: the names that lead from there to here; if it is not below, when that was found."""

    __hash__ = object.__hash__


class _Place:
    """Where a module is called: its path, how paths below it begin, and the names that lead to it from the caller, if they do."""

    __slots__ = ("path", "below", "number", "caller", "names")

    def __init__(self, path, below, caller, names):
        number = _numbers.get(path)
        if number is None:
            number = _numbers[path] = _bridge.E.modulePath(path)
        self.path, self.below, self.number, self.caller, self.names = path, below, number, caller, names


def forget():
    """As if nothing had been called."""
    global _recording
    _recording = None
    _cell[0] = 0
    for known in (_running, _known, _numbers):
        known.clear()


def enter(module):
    """To be followed by `leave`, unless it answers with False: nobody listens."""
    global _outermost
    if not _recording and not _begin():
        return False
    known = _known.get(id(module))
    if known is None:
        known = _known[id(module)] = _Known(module, _drop)
    place = known.place
    if known.depth or place is None or not _running or not _stands(place, module):
        if not _running:
            _outermost += 1
        place = known.place = _place_of(module, known)
    known.calls += 1
    known.depth += 1
    _running.append((module, place, known, known.calls))
    _cell[0] = place.number
    _cell[1] = known.calls
    return True


def leave():
    _running.pop()[2].depth -= 1
    if _running:
        _, place, _, call = _running[-1]
        _cell[0] = place.number
        _cell[1] = call
    else:
        _cell[0] = 0


def _begin():
    """Whether somebody listens, asked once."""
    global _recording
    if _recording is None:
        _recording = _bridge.E.recording() == 1
        _bridge.E.moduleCell(_cell.buffer_info()[0])
    return _recording


def _drop(known):
    _known.pop(known.key, None)


def _stands(place, module):
    """Whether a module is called from where it was called the last time, and by the same names."""
    above, caller, *_ = _running[-1]
    return place.caller is caller and _follow(above, place.names) is module


def _place_of(module, known):
    for above, place, *_ in _running:
        if above is module:
            return _placed(known, place.path, place.below)
    for above, place, *_ in reversed(_running):
        names = _way(above, known, module)
        if names is not None:
            known.path = place.below + ".".join(names)
            return _placed(known, known.path, known.path + ".", place, names)
    if known.path is not None:
        return _placed(known, known.path, known.path + ".")
    name = type(module).__name__
    return _placed(known, name, f"{name}." if _running else "")


def _placed(known, path, below, caller=None, names=()):
    """The place of the last call, if it is the same."""
    last = known.place
    if last is not None and (last.path, last.below, last.names) == (path, below, names) and last.caller is caller:
        return last
    return _Place(path, below, caller, names)


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
