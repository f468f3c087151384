"""Uncaught exceptions: the traceback on stderr, in Python's own form, and the `error` event.

Frames of this package and of `torch` are left out of both: they are not the program's.
"""

import json
import linecache
import os
import sys
import traceback

import torch
from torch import _names as _torch_names
from torch import _sites

_dumps = json.dumps
_TracebackException = traceback.TracebackException
_OURS = (os.path.dirname(torch.__file__) + os.sep, os.path.dirname(__file__) + os.sep)
_SENT = 1_000_000
"""Characters of a traceback or message that are sent at the most."""


def remember_lines(filename, text):
    """Lets tracebacks show the text that was compiled, which may not be saved anywhere."""
    lines = [line + "\n" for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    linecache.cache[filename] = (len(text), None, lines, filename)


def is_ours(filename):
    return filename.startswith(_OURS)


class Reporter:
    def __init__(self, bridge, streams):
        self._send = bridge.error
        self._streams = streams
        self._hook = sys.excepthook

    def write(self, text):
        """To where the program wants its errors, or else to the stream it began with."""
        for stream in (sys.stderr, self._streams.stderr):
            try:
                stream.write(text)
                stream.flush()
                return
            except Exception:
                continue

    def uncaught(self, error):
        self._streams.flush()
        add_advice(error)
        described = _TracebackException(type(error), error, error.__traceback__, compact=True)
        strip(described)
        text = "".join(described.format())
        if not self._call_hook(error):
            self.write(text)
        self._send(_dumps(_event(error, described, text)))

    def _call_hook(self, error):
        """`sys.excepthook`, when the program has set one."""
        if sys.excepthook is self._hook:
            return False
        try:
            sys.excepthook(type(error), error, error.__traceback__)
            return True
        except BaseException as other:
            self.write(f"Error in sys.excepthook:\n{type(other).__name__}: {other}\n\nOriginal exception was:\n")
            return False


def strip(described, seen=None):
    """Takes our frames out, also of the exceptions that led to this one."""
    seen = seen if seen is not None else set()
    if described is None or id(described) in seen:
        return
    seen.add(id(described))
    described.stack[:] = [frame for frame in described.stack if not is_ours(frame.filename)]
    strip(described.__cause__, seen)
    strip(described.__context__, seen)
    for inner in described.exceptions or ():
        strip(inner, seen)


def _event(error, described, text):
    frames = [_frame(frame) for frame in described.stack if frame.filename in _sites._texts]
    if isinstance(error, SyntaxError) and error.filename in _sites._texts:
        frames.append({"source": _syntax_source(error), "name": "<module>"})
    return {
        "type": described.exc_type_str,
        "message": _message(error)[:_SENT],
        "frames": frames,
        "traceback": text[:_SENT],
        "notes": _notes(error),
    }


def _message(error):
    try:
        message = error.msg if isinstance(error, SyntaxError) else str(error)
    except Exception:
        return f"<unprintable {type(error).__name__} object>"
    return str(message)


def _notes(error):
    """What the program or this package added to the exception; the program may have put anything there."""
    notes = getattr(error, "__notes__", None)
    return [note[:_SENT] for note in notes if isinstance(note, str)] if isinstance(notes, list) else []


def _frame(frame):
    span = _sites.source_range(frame.filename, frame.lineno, frame.end_lineno, frame.colno, frame.end_colno)
    if span is None:
        span = (1, 0, 1, 0)
    return {"source": _source(frame.filename, *span), "name": frame.name}


def _source(filename, line, column, end_line, end_column):
    return {"file": filename, "line": line, "column": column, "endLine": end_line, "endColumn": end_column}


def _syntax_source(error):
    """A SyntaxError counts characters, from 1; at 0 or without an end it means the place only."""
    line = error.lineno or 1
    start = max((error.offset or 1) - 1, 0)
    end_line = error.end_lineno or line
    end = (error.end_offset or 0) - 1
    column = _characters(error.filename, line, start)
    end_column = _characters(error.filename, end_line, end) if end >= 0 else column
    if (end_line, end_column) <= (line, column):
        end_line, end_column = line, column + 1
    return _source(error.filename, line, column, end_line, end_column)


def _characters(filename, line, count):
    lines = _sites._texts[filename]
    text = lines[line - 1].decode("utf-8", "replace") if line <= len(lines) else ""
    return len(text[:count].encode("utf-16-le")) // 2


def add_advice(error):
    """Says what to do about what is not there: a note, so that class and message stay Python's."""
    note = _advice(error)
    if note is not None and note not in getattr(error, "__notes__", ()):
        error.add_note(note)


def _advice(error):
    if not isinstance(error, ImportError) or not error.name:
        return None
    top = error.name.partition(".")[0]
    if top == "torch":
        wanted = getattr(error, "name_from", None)
        path = f"{error.name}.{wanted}" if wanted else error.name
        if wanted and wanted not in _torch_names.NAMES.get(error.name, ()):
            return None
        return f"{path} is not supported by the embedded engine yet. See OPS.md for what there is."
    if isinstance(error, ModuleNotFoundError) and top not in sys.stdlib_module_names:
        return (
            f"{top!r} is not bundled with Backpass, which runs programs in an embedded Python with the standard library and torch. "
            "Compute with torch instead, or put the module's .py files beside the program."
        )
    return None


