"""Runs one program as `__main__`.

What the runner needs is held in names of its own: a program may replace `json.dumps`, `print` or a builtin, and still ends properly.
"""

import atexit
import json
import os
import platform
import sys
import types

import torch
from torch import _sites

from . import _errors, _files, _imports, _intact, _names, _streams

_loads = json.loads
_exit_functions = atexit._run_exitfuncs
_exec, _compile, _isinstance, _int, _str, _BaseException, _SystemExit = (
    exec,
    compile,
    isinstance,
    int,
    str,
    BaseException,
    SystemExit,
)


bridge = None
streams = None
"""What `connect` has made ready."""


def connect(the_bridge):
    """Does what can be done before there is a program."""
    global bridge, streams
    torch.bind(the_bridge)
    bridge = the_bridge
    streams = _streams.install(bridge)


def run(request_json, host):
    """Runs the program of a `RunRequest` and answers its exit code."""
    request = _loads(request_json)
    bridge.start(torch.__version__, platform.python_version())
    _files.install(host, request)
    _imports.install(host)
    if bridge.recording():
        _names.install(bridge)
    report = _errors.Reporter(bridge, streams)
    _intact.remember()
    code = _run_main(request, report)
    code = _leave(report, code)
    streams.flush()
    return code


def _run_main(request, report):
    try:
        module = _prepare(request)
        main = prepare_code(request["source"], request["file"], is_main=True)
        _exec(main, module.__dict__)
        return 0
    except _BaseException as error:
        return _exit_code(error, report)


def _leave(report, code):
    """What the program left to be done at exit."""
    try:
        _exit_functions()
        return code
    except _BaseException as error:
        return _exit_code(error, report) or code


def _exit_code(error, report):
    _intact.restore()
    if not _isinstance(error, _SystemExit):
        report.uncaught(error)
        return 130 if _isinstance(error, KeyboardInterrupt) else 1
    status = error.code
    if status is None:
        return 0
    if _isinstance(status, _int):
        return status & 0xFF
    report.write(_str(status) + "\n")
    return 1


def _prepare(request):
    module = types.ModuleType("__main__")
    module.__file__ = request["file"]
    module.__builtins__ = sys.modules["builtins"]
    sys.modules["__main__"] = module
    sys.argv = list(request["argv"])
    sys.path.insert(0, os.path.dirname(request["file"]) or request["root"] or "")
    return module


def prepare_code(text, filename, is_main=False):
    """Compiles a file of the user's, and makes it known to whoever tells of it."""
    _sites.add_file(filename, text)
    _errors.remember_lines(filename, text)
    code = _compile(text, filename, "exec", dont_inherit=True)
    if is_main:
        _sites.set_main(code)
    _names.watch(code)
    return code


_imports.prepare_code = prepare_code
