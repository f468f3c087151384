"""Seals Python before a program runs, and hands the program to the runner.

The wall is the realm around the interpreter, which holds nothing of the host. What is done here is the notice on the
wall: a program that reaches for JavaScript gets an ImportError in plain words instead of a view of an empty room.
"""

import gc
import importlib
import importlib.abc
import os
import random
import sys
import time

import _backpass_asyncio

_CLOSED = frozenset({"js", "pyodide_js", "pyodide", "_pyodide", "_pyodide_core", "pyodide_core", "micropip", "ctypes", "_ctypes"})
_MAX_RECURSION = 4000


class _Closed(importlib.abc.MetaPathFinder):
    """Refuses the modules that lead out of Python."""

    def find_spec(self, fullname, path=None, target=None):
        if fullname.partition(".")[0] in _CLOSED:
            raise ImportError(
                f"import of {fullname!r} is not possible in Backpass: the program runs in a sealed Python "
                "without access to JavaScript, the network or other processes",
                name=fullname,
            )
        return None


def prepare(sleep, bridge):
    """Seals this interpreter, ahead of the program, and answers the runner, connected with the engine behind `bridge`.

    `sleep` waits that many seconds and raises KeyboardInterrupt when one comes.
    """
    runner = importlib.import_module("_backpass")
    _seal(sleep)
    runner.connect(bridge)
    return runner


def _seal(sleep):
    random.seed()
    _replace_sleep(sleep)
    _backpass_asyncio.install()
    _clamp_recursion()
    _refuse_processes()
    for name in list(sys.modules):
        if name.partition(".")[0] in _CLOSED:
            del sys.modules[name]
    sys.meta_path[:] = [_Closed()] + [finder for finder in sys.meta_path if type(finder).__name__ != "JsFinder"]
    gc.collect()


def _replace_sleep(wait):
    def sleep(seconds, /):
        """Delays execution for a given number of seconds; an interrupt ends it at once."""
        if not isinstance(seconds, (int, float)):
            if not hasattr(seconds, "__index__"):
                raise TypeError(f"'{type(seconds).__name__}' object cannot be interpreted as an integer")
            seconds = seconds.__index__()
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        wait(float(seconds))

    time.sleep = sleep


def _clamp_recursion():
    """A higher limit would let Python run past the end of WebAssembly's stack, which kills the interpreter."""
    original = sys.setrecursionlimit

    def setrecursionlimit(limit, /):
        original(min(limit, _MAX_RECURSION) if isinstance(limit, int) else limit)

    sys.setrecursionlimit = setrecursionlimit


def _refuse_processes():
    def refuse(*args, **kwargs):
        raise OSError(52, "no other process can be started from Backpass")

    for name in ("system", "popen", "fork", "execv", "execve", "posix_spawn", "posix_spawnp", "spawnv", "spawnve"):
        if hasattr(os, name):
            setattr(os, name, refuse)
