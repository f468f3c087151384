"""Asks real PyTorch: `generate.py FOLDER SHARDS [NAME...]` writes fixtures of the database's entries as JSON lines, one sample each.

A line holds the inputs of a sample and its *checks*: ways to call (function, method, in place, `out=`), each with what came of it.
"""

import json
import random
import sys
import time

import expressions
import torch
from op_db import BinaryUfuncInfo, UnaryUfuncInfo, op_db
from tensors import CODES, derivatives, dtype_name, flat, nodes, pack, tensors_in
from trees import Unwritable, encode, write_tensor

LIMITS = {torch.float32: 16, torch.float64: 16, torch.complex128: 16, torch.int64: 6, torch.bool: 4}
"""Samples of an entry by dtype, spread evenly over the database's."""
ELEMENTS = 4000
"""Samples with more are left out where there are smaller ones."""


def main(folder, shards, names):
    torch.set_num_threads(1)
    entries = {}
    for op in op_db:
        if not names or op.name in names:
            entries.setdefault(op.name, []).append(op)
    for name in names:
        if name not in entries:
            sys.exit(f"PyTorch's database has no entry {name!r}.")
    files = [open(f"{folder}/{i}.jsonl", "w") for i in range(shards)]
    for i, (name, ops) in enumerate(entries.items()):
        for op in ops:
            for line in lines(op):
                files[i % shards].write(json.dumps({"name": name, **line}) + "\n")


def lines(op):
    """The fixtures of an entry."""
    for dtype, limit in LIMITS.items():
        if dtype in op.dtypes:
            for sample in chosen(op, dtype, limit):
                yield from written(op, dtype, sample)
    for error in errors(op):
        yield from written(op, None, error)


def chosen(op, dtype, limit):
    seed()
    grad = op.supports_autograd and (dtype.is_floating_point or dtype.is_complex)
    samples = list(op.sample_inputs("cpu", dtype, requires_grad=grad))
    small = [sample for sample in samples if elements(sample) <= ELEMENTS] or samples[:1]
    count = min(limit, len(small))
    return [small[i * len(small) // count] for i in range(count)]


def elements(sample):
    return sum(tensor.numel() for tensor in tensors_in([sample.input, sample.args, sample.kwargs]))


def errors(op):
    if op.error_inputs_func is None:
        return []
    seed()
    return [error.sample_input for error in op.error_inputs("cpu")]


def seed():
    torch.manual_seed(0)
    random.seed(0)


def written(op, dtype, sample):
    """One line, or none where a fixture cannot hold the sample."""
    table = []
    try:
        args = encode([sample.input, *sample.args], table)
        kwargs = encode(sample.kwargs, table)["dict"]
        tensors = [write_tensor(tensor) for tensor in table]
        checks = list(all_checks(op, dtype, sample, table))
    except Unwritable as reason:
        print(f"{op.name}: left out a sample: {reason}", file=sys.stderr)
        return
    yield {"variant": op.variant_test_name, "dtype": dtype and dtype_name(dtype), "args": args, "kwargs": kwargs, "tensors": tensors, "checks": checks}


def all_checks(op, dtype, sample, table):
    order = 0
    if dtype is not None and op.supports_autograd:
        order = 2 if op.supports_gradgrad and dtype != torch.float32 else 1
    base = {"order": order}
    if op.name in expressions.UNINITIALISED:
        base["values"] = False
    if isinstance(op, (UnaryUfuncInfo, BinaryUfuncInfo)):
        base["elementwise"] = True
    text = expressions.function(op, sample)
    wanted = outcome(text, sample, table, base)
    yield {"kind": "function" if dtype else "error", "call": text, **base, "want": wanted}
    if dtype is None or op.name in expressions.UNIQUE:
        return
    if isinstance(sample.input, torch.Tensor) and op.method_variant is not None and hasattr(torch.Tensor, op.method_variant.__name__):
        text = expressions.method(op)
        other = outcome(text, sample, table, base)
        yield {"kind": "method", "call": text, **base, **({} if other == wanted else {"want": other})}
    text = expressions.in_place(op)
    if isinstance(sample.input, torch.Tensor) and text is not None:
        base = {**base, "clone": True}
        yield {"kind": "in place", "call": text, **base, "want": outcome(text, sample, table, base)}


def outcome(text, sample, table, how):
    """What real PyTorch says to a call: its answer, or its error."""
    args, kwargs = [sample.input, *sample.args], sample.kwargs
    fresh = [copy(tensor) for tensor in table]
    args, kwargs = swapped(args, table, fresh), swapped(kwargs, table, fresh)
    leaves = [tensor for tensor in fresh if tensor.requires_grad]
    if how.get("clone"):
        args[0] = args[0].clone()
    seed()
    try:
        result = eval(text, {"torch": torch, "args": args, "kwargs": kwargs})
    except Exception as error:
        return {"error": [type(error).__name__, plain_text(error)]}
    given = [args[0], *fresh] if how.get("clone") else fresh
    answer = {"answer": encode_answer(result, given, how)}
    try:
        first, second = derivatives(result, leaves, how["order"])
    except Exception as error:
        return {**answer, "gradient error": [type(error).__name__, plain_text(error)]}
    if first:
        answer["first"] = [write_result(grad) for grad in first]
    if second:
        answer["second"] = [write_result(grad) for grad in second]
    return answer


def copy(tensor):
    """The same tensor for one call alone: an in-place call must not change what the next is given."""
    plain = tensor.detach()
    reach = plain.storage().size()
    other = plain.as_strided((reach,), (1,), 0).clone().as_strided(plain.shape, plain.stride(), plain.storage_offset())
    if plain.is_conj():
        other = torch.view_as_complex(torch.view_as_real(plain.conj()).clone()).conj()
    return other.detach().requires_grad_(tensor.requires_grad)


def swapped(tree, table, fresh):
    if isinstance(tree, torch.Tensor):
        return next(new for old, new in zip(table, fresh) if old is tree)
    if isinstance(tree, (list, tuple)) and type(tree) in (list, tuple):
        return type(tree)(swapped(part, table, fresh) for part in tree)
    if isinstance(tree, dict):
        return {key: swapped(part, table, fresh) for key, part in tree.items()}
    return tree


def plain_text(error):
    """Without what some builds append: where in C++ it was raised."""
    return str(error).split("\nException raised from")[0]


def encode_answer(result, given, how):
    """An answer's tree: tensors as `write_result` writes them, with what they share with what was given."""
    if isinstance(result, torch.Tensor):
        entry = write_result(result, how.get("values", True))
        entry["node"] = nodes(result)
        same = next((i for i, tensor in enumerate(given) if tensor is result), None)
        view = next((i for i, tensor in enumerate(given) if shares(tensor, result)), None)
        if same is not None:
            entry["same"] = same
        elif view is not None:
            entry["view"], entry["stride"], entry["offset"] = view, list(result.stride()), result.storage_offset()
        return {"result": entry}
    if isinstance(result, tuple) and type(result) is not torch.Size:
        return {"tuple": [encode_answer(part, given, how) for part in result]}
    if isinstance(result, list):
        return [encode_answer(part, given, how) for part in result]
    return encode(result, [])


def shares(tensor, result):
    if tensor.layout != torch.strided or result.layout != torch.strided:
        return False
    mine, other = tensor.storage().data_ptr(), result.storage().data_ptr()
    if mine == other != 0:
        return True
    return result._is_view() and result._base is (tensor._base if tensor._is_view() else tensor)


def write_result(tensor, values=True):
    if tensor is None:
        return None
    dtype = dtype_name(tensor.dtype)
    if dtype not in CODES or tensor.layout != torch.strided:
        raise Unwritable(f"{dtype} {tensor.layout}")
    entry = {"dtype": dtype, "shape": list(tensor.shape)}
    plain = tensor.detach()
    if plain._is_zerotensor():
        plain = torch.zeros(plain.shape, dtype=plain.dtype)
    if values:
        entry["data"] = pack(flat(plain), dtype)
    return entry


if __name__ == "__main__":
    start = time.time()
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3:])
    print(f"{time.time() - start:.1f} s", file=sys.stderr)
