"""Tells the trace which module runs, by its path in the outermost one: `encoder.0`."""

from ... import _bridge

_running = []
"""The modules whose `forward` runs, outermost first."""


def enter(module):
    _running.append(module)
    _tell()


def leave():
    _running.pop()
    _tell()


def _tell():
    global _path_cache
    if not _running:
        _path_cache = (None, None)  # It must not keep the model alive.
        _bridge.E.module("")
        return
    outer, inner = _running[0], _running[-1]
    path = _paths(outer).get(inner)
    _bridge.E.module(path or type(inner).__name__)


_path_cache = (None, None)


def _paths(outer):
    global _path_cache
    if _path_cache[0] is not outer or len(_running) == 1:
        _path_cache = (outer, {module: name for name, module in outer.named_modules()})
    return _path_cache[1]
