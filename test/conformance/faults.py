"""Where real PyTorch 1.13 is wrong, or cannot tell, and what is right instead: the one list is faults.json, with the reasons.

A fault says for which names, and of these for which kinds of calls, dtypes and variants, it may be used. It is used only where PyTorch's
numbers do differ from what `right` (Python over `args` and `kwargs`) gives: an engine that is wrong in the same way does not pass.
"""

import json
import math
import os

import torch
from comparison import unlike
from tensors import unpack

with open(os.path.join(os.path.dirname(__file__), "faults.json")) as _file:
    FAULTS = json.load(_file)


def matching(name, variant, dtype, kind=None):
    """The faults that may be met."""
    for fault in FAULTS:
        fits = name in fault["names"] and variant in fault.get("variants", [variant]) and dtype in fault.get("dtypes", [dtype])
        # Errors are PyTorch's own unless a fault names them.
        if fits and (kind is None or kind in fault.get("kinds", [kind] if kind != "error" else [])):
            yield fault


def bessel_j(order, x):
    """(1/π) ∫₀^π cos(nθ − x sin θ) dθ. Of a periodic function the trapezoidal rule is exact to all digits."""
    angle = torch.arange(400, dtype=torch.float64) * (2 * math.pi / 400)
    whole = torch.cos(int(order) * angle - x.double().unsqueeze(-1) * torch.sin(angle)).mean(-1)
    return whole.to(x.dtype)


def bessel_y1(x):
    """Abramowitz & Stegun (1964), 9.1.22: (1/π) ∫₀^π sin(x sin θ − θ) dθ − (1/π) ∫₀^∞ (eᵗ − e⁻ᵗ) exp(−x sinh t) dt; nan and −∞ elsewhere."""
    at = x.double().unsqueeze(-1)
    first = _simpson(lambda angle: torch.sin(at * torch.sin(angle) - angle), math.pi)
    second = _simpson(lambda t: 2 * torch.sinh(t) * torch.exp(-at * torch.sinh(t)), 14.0)
    right = (first - second) / math.pi
    return torch.where(x > 0.01, right.to(x.dtype), torch.special.bessel_y1(x))


def _simpson(function, end, count=200_000):
    at = torch.linspace(0, end, count + 1, dtype=torch.float64)
    weights = torch.tensor([2.0, 4.0], dtype=torch.float64).repeat(count // 2)
    weights = torch.cat([weights, weights[:1]])
    weights[0] = weights[-1] = 1
    return (function(at) * weights).sum(-1) * (end / count / 3)


SPACE = {"torch": torch, "bessel_j": bessel_j, "bessel_y1": bessel_y1}


def corrected(want, right, fault, how):
    """What is wanted, with the numbers that PyTorch has wrong put right; node, views and the like stay PyTorch's. Where the `whole` is
    wrong, the node alone does."""
    if "error" in want:
        return right
    if "whole" in fault:
        return {"answer": {"result": {**right["answer"]["result"], "node": want["answer"]["result"]["node"]}}}
    changed = {**want, "answer": _put_right(want["answer"], right["answer"], how)}
    for what in ("first", "second") if "derivatives" in fault else ():
        if what in want and what in right:
            changed[what] = [_entry(mine, other, {}) for mine, other in zip(want[what], right[what])]
    return changed


def _put_right(answer, right, how):
    if not (isinstance(answer, dict) and "result" in answer):
        return answer
    return {"result": _entry(answer["result"], right["result"], how)}


def _entry(entry, right, how):
    if entry is None or right is None or entry["shape"] != right["shape"] or entry["dtype"] != right["dtype"]:
        return entry
    given, true = (unpack(one["data"], one["dtype"]) for one in (entry, right))
    return {**entry, "data": right["data"]} if unlike(given, true, entry["dtype"], how) else entry


def with_truth(want, true):
    """What is wanted, each tensor with what it is in double precision and how far PyTorch's farthest element is from that."""
    if "answer" not in want or "answer" not in true:
        return want
    changed = {**want, "answer": _measured(want["answer"], true["answer"])}
    for what in ("first", "second"):
        if what in want and len(want[what]) == len(true.get(what, [])):
            changed[what] = [_distance(entry, other) for entry, other in zip(want[what], true[what])]
    return changed


def _measured(answer, true):
    if isinstance(answer, dict) and "result" in answer:
        return {"result": _distance(answer["result"], true["result"])}
    return answer


def _distance(entry, true):
    if entry is None or true is None or "data" not in entry or entry["shape"] != true["shape"]:
        return entry
    values, right = unpack(entry["data"], entry["dtype"]), unpack(true["data"], true["dtype"])
    farthest = max((abs(a - b) for a, b in zip(values, right)), default=0)
    if not math.isfinite(farthest):
        return entry
    return {**entry, "truth": true["data"], "truth dtype": true["dtype"], "farthest": farthest}
