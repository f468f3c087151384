"""Whether what the engine gave is what PyTorch gave.

How near numbers must be is said here and nowhere else. Integers, booleans and whatever only moves data are equal. A floating value may
differ by `atol + rtol * scale` of its dtype: the tolerances with which PyTorch's own tests compare two implementations of an op
(`torch.testing`, or the database's own for the entry), float64 a little wider. The scale is the element itself for elementwise ops, and the largest element of the tensor for
others, where sums are made in another order.
"""

import math
from array import array
from base64 import b64decode

from tensors import CODES, flat, unpack

TOLERANCES = {
    "float16": (1e-3, 1e-5),
    "bfloat16": (1.6e-2, 1e-5),
    "complex32": (1e-3, 1e-5),
    "float32": (1.3e-6, 1e-5),
    "complex64": (1.3e-6, 1e-5),
    "float64": (1e-7, 1e-7),
    "complex128": (1e-7, 1e-7),
}
"""rtol and atol."""


def difference(tensor, want, how):
    """In words, or None. `want`: what `write_result` wrote; `how`: the check, whose `elementwise` and `exact` are read."""
    if str(tensor.dtype) != f"torch.{want['dtype']}":
        return f"dtype {tensor.dtype}, wanted torch.{want['dtype']}"
    if list(tensor.shape) != want["shape"]:
        return f"shape {list(tensor.shape)}, wanted {want['shape']}"
    if "data" not in want:
        return None
    got = flat(tensor)
    if same_bytes(got, want):
        return None
    reason = unlike(got, unpack(want["data"], want["dtype"]), want["dtype"], how)
    return None if reason and "truth" in want and no_farther(got, want) else reason


def no_farther(got, want):
    """Whether no element is farther from the number in double precision than PyTorch's farthest is (see `faults`)."""
    return all(abs(a - b) <= want["farthest"] for a, b in zip(got, unpack(want["truth"], want["truth dtype"])))


def same_bytes(got, want):
    code = CODES[want["dtype"]]
    if code == "e" or want["dtype"].startswith("complex"):
        return False
    try:
        return array(code, got).tobytes() == b64decode(want["data"])
    except (TypeError, OverflowError):
        return False


def unlike(got, wanted, dtype, how):
    own = how.get("tolerance", TOLERANCES.get(dtype, (0, 0)))
    rtol, atol = (0, 0) if how.get("exact") else own
    largest = max((abs(one) for one in wanted if math.isfinite(abs(one))), default=0)
    for i, (a, b) in enumerate(zip(got, wanted)):
        if a == b:
            continue
        scale = abs(b) if how.get("elementwise") else largest
        if not near(a, b, atol + rtol * scale):
            return f"element {i} of {len(wanted)} is {a}, wanted {b} ({dtype})"
    return None


def near(a, b, tolerance):
    if isinstance(b, complex) or isinstance(a, complex):
        a, b = complex(a), complex(b)
        return near(a.real, b.real, tolerance) and near(a.imag, b.imag, tolerance)
    if a != a or b != b:
        return a != a and b != b
    return a == b or (math.isfinite(a) and math.isfinite(b) and abs(a - b) <= tolerance)
