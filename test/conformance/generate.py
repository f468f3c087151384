"""Asks real PyTorch: `generate.py FOLDER SHARD SHARDS [NAME...]` writes fixtures of the database's entries as JSON lines, one sample
each. Of all entries (or those named) every SHARDS-th is written, from the SHARD-th on.

A line holds the inputs of a sample and its *checks*: ways to call (function, method, in place, `out=`), each with what came of it.
"""

import json
import random
import sys

import expressions
import faults
import torch
from op_db import BinaryUfuncInfo, UnaryUfuncInfo, op_db, toleranceOverride
from tensors import CODES, derivatives, dtype_name, flat, nodes, pack, tensors_in, unpack
from trees import LARGEST, Unwritable, encode, write_tensor

LIMITS = {
    **{torch.float32: 16, torch.float64: 16, torch.complex128: 16, torch.int64: 6, torch.bool: 4},
    **{torch.float16: 2, torch.bfloat16: 2, torch.complex64: 2, torch.uint8: 2, torch.int32: 2},
}
"""Samples of an entry by dtype, spread evenly over the database's. Of a dtype that the entry does not know, one: its error."""
ELEMENTS = 4000
"""Samples with more are left out where there are smaller ones."""
FORMS = {"alias": 2, "operator": 6, "out": 8, "out of another shape": 2, "out of another dtype": 2}
"""In how many samples of each dtype these forms are tried."""


def main(folder, shard, shards, names):
    torch.set_num_threads(1)
    entries = {}
    for op in op_db:
        if not names or op.name in names:
            entries.setdefault(op.name, []).append(op)
    for name in names:
        if name not in entries:
            sys.exit(f"PyTorch's database has no entry {name!r}.")
    with open(f"{folder}/{shard}.jsonl", "w") as file:
        for name, ops in list(entries.items())[shard::shards]:
            for op in ops:
                for line in lines(op):
                    file.write(json.dumps({"name": name, "autograd": op.supports_autograd, **line}) + "\n")


def lines(op):
    """The fixtures of an entry."""
    found = []
    for dtype, limit in LIMITS.items():
        supported = dtype in op.dtypes
        for i, sample in enumerate(chosen(op, dtype, limit if supported else 1)):
            found += written(op, dtype, sample, i if supported else None)
    if found and all(moves(line) for line in found):
        for line in found:
            for check in line["checks"]:
                check["exact"] = True
    for error in errors(op):
        found += written(op, None, error, None)
    return found


def moves(line):
    """Whether every number of the answers is one of the inputs', or zero or one: the op only moves data."""
    if line["dtype"] is None:
        return True
    given = {0.0, 1.0}
    for entry in line["tensors"]:
        given.update(map(bits, unpack(entry["data"], entry["dtype"]) if "data" in entry else []))
    results = [entry for check in line["checks"] for entry in results_in(check.get("want", {}).get("answer"))]
    return all(bits(value) in given for entry in results for value in unpack(entry.get("data", ""), entry["dtype"]))


def bits(value):
    """A key under which NaN is itself too."""
    return "nan" if value != value else value


def results_in(answer):
    if isinstance(answer, list):
        for part in answer:
            yield from results_in(part)
    elif isinstance(answer, dict):
        if "result" in answer:
            yield answer["result"]
        yield from results_in(answer.get("tuple"))


def chosen(op, dtype, limit):
    seed()
    grad = op.supports_autograd and (dtype.is_floating_point or dtype.is_complex)
    try:
        samples = list(op.sample_inputs("cpu", dtype, requires_grad=grad))
    except Exception:
        if dtype in op.dtypes:
            raise
        return []  # The database cannot make samples of a dtype that the entry does not know.
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


def written(op, dtype, sample, place):
    """One line, or none where a fixture cannot hold the sample. `place`: among those of its dtype; None where an error is wanted."""
    table = []
    if expressions.broken(op, dtype, sample):
        return []
    try:
        args = encode([sample.input, *sample.args], table)
        kwargs = encode(sample.kwargs, table)["dict"]
        tensors = [write_tensor(tensor) for tensor in table]
        checks = list(all_checks(op, dtype, sample, table, place))
    except Unwritable as reason:
        print(f"{op.name}: left out a sample: {reason}", file=sys.stderr)
        return []
    name = dtype and dtype_name(dtype)
    return [{"variant": op.variant_test_name, "dtype": name, "args": args, "kwargs": kwargs, "tensors": tensors, "checks": checks}]


def all_checks(op, dtype, sample, table, place):
    """The ways to call: each with its text, how to compare, and what is wanted unless it is what the function gives."""
    how = {"order": 0}
    if place is not None and op.supports_autograd and op.name not in expressions.UNDEFINED_GRADIENTS:
        how["order"] = 2 if op.supports_gradgrad and dtype in (torch.float64, torch.complex128) else 1
    known = list(faults.matching(op.name, op.variant_test_name, dtype and dtype_name(dtype)))
    how["order"] = min([how["order"], *(fault["order"] for fault in known if "order" in fault)])
    if op.name in expressions.UNINITIALISED:
        how["values"] = False
    how.update(tolerance(op, dtype))
    if isinstance(op, (UnaryUfuncInfo, BinaryUfuncInfo)):
        how["elementwise"] = True
    first = None
    for kind, text, extra in calls(op, dtype, sample, place):
        want, outs = outcome(text, sample, table, {**how, **extra}, first)
        if want is None:
            continue
        want = mended(want, op, dtype, kind, (text, sample, table, {**how, **extra}, first))
        yield {"kind": kind, "call": text, **how, **extra, **outs, **({} if want == first else {"want": want})}
        first = first or want


def tolerance(op, dtype):
    """What the database itself allows two computations of the entry to differ by, where it says so: {"tolerance": [rtol, atol]} or {}."""
    if dtype not in (torch.float32, torch.complex64):
        return {}
    entries = [one for one in op_db if one.name == expressions.OWN_TOLERANCES.get(op.name)]
    for decorator in (one for entry in entries for one in entry.decorators):
        if getattr(decorator, "test_name", None) not in expressions.COMPARING:
            continue
        for given in (one.d for one in getattr(decorator, "decorators", ()) if isinstance(one, toleranceOverride)):
            if dtype in given:
                return {"tolerance": [given[dtype].rtol, given[dtype].atol]}
    return {}


def calls(op, dtype, sample, place):
    """Kind, text and what is to be done beside, of each call that is tried."""
    yield ("error" if place is None else "function"), expressions.function(op, sample), {}
    if place is None or op.name in expressions.UNIQUE:
        return
    on_tensor = isinstance(sample.input, torch.Tensor)
    if on_tensor and (text := expressions.method(op)):
        yield "method", text, {}
    if on_tensor and (text := expressions.in_place(op)):
        yield "in place", text, {"clone": True}
    if place < FORMS["alias"]:
        for text, writes in expressions.aliases(op):
            yield "alias", text, {"clone": True} if writes else {}
    if place < FORMS["operator"] and (text := expressions.operator(op, sample)):
        yield "operator", text, {}
    if text := expressions.out(op, sample):
        for kind in ("out", "out of another shape", "out of another dtype"):
            if place < FORMS[kind]:
                yield kind, text, {"out": kind, "order": 0}


def mended(want, op, dtype, kind, call):
    """What is wanted where PyTorch is known to be wrong or not to tell (`faults`)."""
    text, sample, table, how, first = call
    for fault in faults.matching(op.name, op.variant_test_name, dtype and dtype_name(dtype), kind):
        if "right" in fault and ("error" not in want or "INTERNAL ASSERT" in want["error"][1]):
            right, _ = outcome(fault["right"].replace("{name!r}", repr(op.name)).replace("{name}", op.name), sample, table, how, first, True)
            want = faults.corrected(want, right, fault, how)
        elif "double" in fault:
            plain = {key: value for key, value in how.items() if key != "out"}
            true, _ = outcome(text.replace(", out=out)", ")"), sample, table, plain, first, prepare=wide)
            want = faults.with_truth(want, true)
    return want


def wide(tensor):
    """In double precision."""
    types = {torch.complex64: torch.complex128, torch.complex32: torch.complex128}
    is_floating = tensor.dtype.is_floating_point
    dtype = torch.float64 if is_floating else types.get(tensor.dtype, tensor.dtype)
    return tensor.detach().to(dtype).requires_grad_(tensor.requires_grad)


def outcome(text, sample, table, how, function, writes=False, prepare=lambda tensor: tensor):
    """What real PyTorch says to a call, its answer or its error, and the tensors that were given as `out`. `function`: what it says
    to the function. `writes`: whether the answer of the call is yet to be written into self or `out`. (None, {}) where there is nothing
    to be asked."""
    fresh = [copy(prepare(tensor), "out" not in how) for tensor in table]
    args, kwargs = swapped([sample.input, *sample.args], table, fresh), swapped(sample.kwargs, table, fresh)
    leaves = [tensor for tensor in fresh if tensor.requires_grad]
    given, space, outs = list(fresh), {**faults.SPACE, "args": args, "kwargs": kwargs}, {}
    if how.get("clone"):
        args[0] = args[0].clone()
        given.insert(0, args[0])
    if "out" in how:
        outs = {"outs": wanted_outs(function, how["out"])}
        if not outs["outs"]:
            return None, {}
        made = [torch.zeros(shape, dtype=getattr(torch, dtype)) for shape, dtype in outs["outs"]]
        given += made
        space["out"] = tuple(made) if "tuple" in function["answer"] else made[0]
    seed()
    try:
        result = eval(text, space)
        if writes and ("out" in how or how.get("clone")):
            into = space["out"] if "out" in how else args[0]
            result = into.resize_(result.shape).copy_(result) if "out" in how else into.copy_(result)
    except Exception as error:
        return {"error": [type(error).__name__, plain_text(error)]}, outs
    return {"answer": encode_answer(result, given, how), **wanted_derivatives(result, leaves, how)}, outs


def wanted_outs(function, kind):
    """Shape and dtype of what is given as `out`, for an answer that is a tensor or a tuple of such; else nothing."""
    answer = function.get("answer")
    parts = answer.get("tuple", [answer]) if isinstance(answer, dict) else []
    if not all(isinstance(part, dict) and "result" in part and part["result"]["dtype"] != "complex32" for part in parts):
        return []
    outs = [(part["result"]["shape"], part["result"]["dtype"]) for part in parts]
    if kind == "out of another shape":
        return [([*shape, 2], dtype) for shape, dtype in outs]
    if kind == "out of another dtype":
        return [(shape, "int64" if dtype != "int64" else "bool") for shape, dtype in outs]
    return outs


def wanted_derivatives(result, leaves, how):
    try:
        first, second = derivatives(result, leaves, how["order"])
    except Exception as error:
        return {"gradient error": [type(error).__name__, plain_text(error)]}
    found = {"first": first, "second": second}
    return {what: [write_result(grad) for grad in grads] for what, grads in found.items() if grads}


def copy(tensor, grad):
    """The same tensor for one call alone: an in-place call must not change what the next is given."""
    plain = tensor.detach()
    if plain.layout != torch.strided:
        return plain.clone().requires_grad_(tensor.requires_grad and grad)
    reach = plain.storage().size()
    other = plain.as_strided((reach,), (1,), 0).clone().as_strided(plain.shape, plain.stride(), plain.storage_offset())
    if plain.is_conj():
        other = torch.view_as_complex(torch.view_as_real(plain.conj()).clone()).conj()
    return other.detach().requires_grad_(tensor.requires_grad and grad)


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
    if tensor.numel() > LARGEST:
        raise Unwritable(f"{tensor.numel()} elements")
    if dtype == "complex32":
        plain = plain.to(torch.complex64)
    if values:
        entry["data"] = pack(flat(plain), dtype)
    return entry


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
