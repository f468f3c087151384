"""A stand-in for the runner: runs plain Python."""

import json
import sys
import traceback
import types


def run(request_json, bridge, host):
    request = json.loads(request_json)
    module = types.ModuleType("__main__")
    module.__file__ = request["file"]
    sys.modules["__main__"] = module
    sys.argv = list(request["argv"])
    try:
        exec(compile(request["source"], request["file"], "exec", dont_inherit=True), module.__dict__)
        return 0
    except SystemExit as stop:
        if stop.code is None or isinstance(stop.code, int):
            return int(stop.code or 0)
        print(stop.code, file=sys.stderr)
        return 1
    except BaseException as error:
        traceback.print_exception(error.with_traceback(error.__traceback__.tb_next))
        return 1
