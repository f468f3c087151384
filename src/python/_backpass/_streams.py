"""`sys.stdout` and `sys.stderr`: Python's own, but each write first says from where in the program it comes."""

import io
import sys
from sys import _getframe

from torch import _sites


class Streams:
    """The pair that the program began with, for what must be said whatever became of `sys.stderr`."""

    def __init__(self, stdout, stderr):
        self.stdout = stdout
        self.stderr = stderr

    def flush(self):
        for stream in {id(s): s for s in (self.stdout, self.stderr, sys.stdout, sys.stderr)}.values():
            try:
                stream.flush()
            except Exception:
                pass


def install(bridge):
    """Replaces the standard streams. They are unbuffered, so that the order of what is written is the program's."""
    stdout = _stream(bridge, sys.stdout, "strict")
    stderr = _stream(bridge, sys.stderr, "backslashreplace")
    sys.stdout = sys.__stdout__ = stdout
    sys.stderr = sys.__stderr__ = stderr
    return Streams(stdout, stderr)


def _stream(bridge, original, errors):
    at, direct, stack_of, inherited = bridge.at, _sites.direct, _sites.stack_of, io.TextIOWrapper.write

    class TextIOWrapper(io.TextIOWrapper):
        def write(self, text, /):
            frame = _getframe(1)
            stack = direct.get(id(frame.f_code) << 24 | frame.f_lasti)
            at(stack_of(frame) if stack is None else stack)
            return inherited(self, text)

    TextIOWrapper.__module__ = "_io"
    raw = io.FileIO(original.fileno(), "w", closefd=False)
    stream = TextIOWrapper(raw, encoding="utf-8", errors=errors, newline="\n", write_through=True)
    stream.mode = "w"
    return stream
