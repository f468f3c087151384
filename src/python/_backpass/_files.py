"""Files of the workspace. Reading falls back to the host; what the program writes stays in memory."""

import builtins
import io
import os
import re

_open = io.open
_host = None
_folder = ""


def install(host, request):
    """Puts the program into its folder and lets `open` find what lies there."""
    global _host, _folder
    _host = host
    _folder = request["root"] or os.path.dirname(request["file"])
    if os.path.isabs(_inner(_folder)):
        os.makedirs(_inner(_folder), exist_ok=True)
        os.chdir(_inner(_folder))
    builtins.open = io.open = _Open()
    for name in ("exists", "isfile", "isdir"):
        setattr(os.path, name, _asking(getattr(os.path, name), name))
    os.listdir = _listing(os.listdir)


def read(path):
    """The bytes of a file of the workspace, or None."""
    found = _host.read(path)
    if found is None:
        return None
    return found.to_bytes() if hasattr(found, "to_bytes") else bytes(found)


def kind(path):
    """`'file'`, `'dir'` or None."""
    return _host.kind(path) or None


def names(path):
    found = _host.list(path)
    return found.split("\n") if found else []


def outer(path):
    """The host's path for a path of the program's: absolute, `C:/...` on Windows."""
    text = os.fsdecode(path)
    if not re.match(r"[A-Za-z]:[/\\]", text):
        text = os.path.normpath(os.path.join(os.getcwd(), text))
    return text[1:] if re.match(r"/[A-Za-z]:/", text) else text


def _inner(path):
    return f"/{path}" if re.match(r"[A-Za-z]:/", path) else path


class _Open:
    """`open`, which fetches a file of the workspace into memory before its first use."""

    def __call__(
        self, file, mode="r", buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None
    ):
        if isinstance(mode, str) and not set(mode) & {"w", "x"} and isinstance(file, (str, bytes, os.PathLike)):
            file = _fetch(file)
        return _open(file, mode, buffering, encoding, errors, newline, closefd, opener)

    def __repr__(self):
        return "<built-in function open>"


_Open.__call__.__doc__ = _open.__doc__


def _fetch(file):
    path = outer(file)
    inner = _inner(path)
    if _exists(inner):
        return inner if os.fsdecode(file) != inner and inner != path else file
    data = read(path)
    if data is None:
        return file
    os.makedirs(os.path.dirname(inner), exist_ok=True)
    with _open(inner, "wb") as copy:
        copy.write(data)
    return inner if inner != path else file


_exists = os.path.exists


def _asking(original, name):
    wanted = {"exists": ("file", "dir"), "isfile": ("file",), "isdir": ("dir",)}[name]

    def ask(path):
        if original(path):
            return True
        return isinstance(path, (str, bytes, os.PathLike)) and kind(outer(path)) in wanted

    ask.__name__ = name
    return ask


def _listing(original):
    def listdir(path="."):
        host_path = outer(path)
        if isinstance(path, int) or kind(host_path) != "dir":
            return original(path)
        own = original(path) if os.path.lexists(path) else []
        return sorted({*names(host_path), *own})

    return listdir
