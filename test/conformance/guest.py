"""Runs fixtures in the embedded engine: `guest.py FILE [SKIP]`. Prints a line of JSON for each sample, with the verdict of each check."""

import json
import re
import sys
import warnings

import torch
from comparison import difference
from tensors import derivatives, nodes
from trees import decode, read_tensor

warnings.filterwarnings("ignore")


_MISSING = re.compile(
    r"torch\S* is not supported by the embedded engine|module 'torch[.\w]*' has no attribute|'Tensor' object has no attribute"
)


def main(file, skip):
    with open(file) as lines:
        for i, text in enumerate(lines):
            if i >= skip:
                print(json.dumps([i, verdicts(json.loads(text))]), flush=True)


def verdicts(line):
    """Of each check: "pass", or ["missing" or "differs", why]."""
    found = []
    for check in line["checks"]:
        try:
            found.append(verdict(line, check, check.get("want", line["checks"][0]["want"])))
        except Exception as error:
            kind = "missing" if isinstance(error, AttributeError) and _MISSING.match(str(error)) else "differs"
            found.append([kind, f"the check failed: {describe(error)}"])
    return found


def verdict(line, check, want):
    tensors = [read_tensor(entry) for entry in line["tensors"]]
    args, kwargs = decode(line["args"], tensors), decode({"dict": line["kwargs"]}, tensors)
    leaves = [tensor for tensor in tensors if tensor.requires_grad]
    given = tensors
    if check.get("clone"):
        args[0] = args[0].clone()
        given = [args[0], *tensors]
    space = {"torch": torch, "args": args, "kwargs": kwargs}
    if "outs" in check:
        tensors = given = [tensor.detach() for tensor in tensors]
        args, kwargs = decode(line["args"], tensors), decode({"dict": line["kwargs"]}, tensors)
        outs = [torch.zeros(shape, dtype=getattr(torch, dtype)) for shape, dtype in check["outs"]]
        given = [*tensors, *outs]
        space |= {"args": args, "kwargs": kwargs, "out": tuple(outs) if "tuple" in line["checks"][0]["want"]["answer"] else outs[0]}
    torch.manual_seed(0)
    try:
        result = eval(check["call"], space)
    except Exception as error:
        return failed(error, want)
    if "error" in want:
        return ["differs", f"no error, wanted {': '.join(want['error'])}"]
    reason = answers(result, want["answer"], given, check)
    reason = reason or gradients(result, leaves, want, check)
    if reason is None:
        reason = sharing(result, want["answer"], given)
    return "pass" if reason is None else ["differs", reason]


def failed(error, want):
    text = str(error)
    if isinstance(error, (AttributeError, NotImplementedError)) and [type(error).__name__, text] != want.get("error") and _MISSING.match(text):
        return ["missing", text]
    if "error" not in want:
        return ["differs", describe(error)]
    if [type(error).__name__, text] == want["error"]:
        return "pass"
    return ["differs", f"{describe(error)}\nwanted {': '.join(want['error'])}"]


def describe(error):
    return f"{type(error).__name__}: {error}"


def answers(got, want, given, how):
    """What differs in an answer, or None."""
    if isinstance(want, dict) and "result" in want:
        if not isinstance(got, torch.Tensor):
            return f"{type(got).__name__}, wanted a tensor"
        return tensors_differ(got, want["result"], given, how)
    parts = want["tuple"] if isinstance(want, dict) and "tuple" in want else want
    if isinstance(parts, list):
        kind = tuple if isinstance(want, dict) else list
        if not isinstance(got, kind) or len(got) != len(parts):
            return f"{type(got).__name__} of {len(got) if hasattr(got, '__len__') else 'no length'}, wanted {kind.__name__} of {len(parts)}"
        reasons = (answers(one, part, given, how) for one, part in zip(got, parts))
        return next((f"part {i}: {reason}" for i, reason in enumerate(reasons) if reason), None)
    value = decode(want, [])
    if type(got) is type(value) and (got == value or got != got and value != value):
        return None
    return f"{got!r}, wanted {value!r}"


def tensors_differ(got, want, given, how):
    reason = difference(got, want, how)
    if reason:
        return reason
    if nodes(got) != want["node"]:
        return f"grad_fn {nodes(got)}, wanted {want['node']}"
    if "same" in want and got is not given[want["same"]]:
        return "a tensor of its own, wanted the one that was given"
    if "same" not in want and any(got is tensor for tensor in given):
        return "the tensor that was given, wanted one of its own"
    if "view" in want and list(got.stride()) != want["stride"]:
        return f"a view of strides {list(got.stride())}, wanted {want['stride']}"
    if "view" in want and got.storage_offset() != want["offset"]:
        return f"a view of offset {got.storage_offset()}, wanted {want['offset']}"
    return None


def gradients(result, leaves, want, how):
    """What differs in the derivatives, or None."""
    try:
        first, second = derivatives(result, leaves, how["order"])
    except Exception as error:
        if "gradient error" not in want:
            return f"gradient: {describe(error)}"
        right = [type(error).__name__, str(error)] == want["gradient error"]
        return None if right else f"gradient: {describe(error)}\nwanted {': '.join(want['gradient error'])}"
    if "gradient error" in want:
        return f"gradient: no error, wanted {': '.join(want['gradient error'])}"
    for what, got, wanted in (("gradient", first, want.get("first", [])), ("second derivative", second, want.get("second", []))):
        if len(got) != len(wanted):
            return f"{len(got)} {what}s, wanted {len(wanted)}"
        for i, (one, entry) in enumerate(zip(got, wanted)):
            if (one is None) != (entry is None):
                return f"{what} {i} is {'None' if one is None else 'a tensor'}, wanted {'None' if entry is None else 'a tensor'}"
            reason = one is not None and difference(one, entry, {key: how[key] for key in ("tolerance",) if key in how})
            if reason:
                return f"{what} {i}: {reason}"
    return None


def sharing(got, want, given):
    """Whether views and copies are such. Last, as it writes into what was given."""
    if isinstance(want, dict) and "result" in want:
        entry = want["result"]
        if "same" in entry:
            return None
        for i, tensor in enumerate(given):
            shared = shares(tensor, got)
            if shared and "view" not in entry:
                return "a view, wanted a copy"
            if shared is False and entry.get("view") == i:
                return "a copy, wanted a view"
        return None
    parts = want["tuple"] if isinstance(want, dict) and "tuple" in want else want
    if not isinstance(parts, list):
        return None
    return next(filter(None, (sharing(one, part, given) for one, part in zip(got, parts))), None)


def shares(tensor, result):
    """Whether a write into one changes the other, by the version that both have. None where neither can be written."""
    for one, other in ((tensor, result), (result, tensor)):
        before = other._version
        try:
            with torch.no_grad():
                one.zero_()
        except RuntimeError:
            continue
        return other._version != before
    return None


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0)
