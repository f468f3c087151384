"""Arguments and answers as JSON. Tensors go to a table, so that one that is given twice stays one."""

import torch
from tensors import CODES, dtype_name, pack, unpack


LARGEST = 30_000
"""Elements of a tensor in a fixture."""


class Unwritable(Exception):
    """Something that a fixture cannot hold."""


def encode(value, table):
    """JSON of a tree. `table`: a list of tensors, extended by those that are met."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, torch.Tensor):
        return {"tensor": _index(value, table)}
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return {"float": repr(float(value))}
    if isinstance(value, complex):
        return {"complex": [repr(value.real), repr(value.imag)]}
    if isinstance(value, torch.Size):
        return {"size": list(value)}
    if isinstance(value, tuple):
        return {"tuple": [encode(part, table) for part in value]}
    if isinstance(value, (list, set)):
        return [encode(part, table) for part in value]
    if isinstance(value, dict):
        return {"dict": {key: encode(part, table) for key, part in value.items()}}
    return _encode_other(value)


def _encode_other(value):
    if isinstance(value, torch.dtype):
        return {"torch": dtype_name(value)}
    if isinstance(value, slice):
        return {"slice": [value.start, value.stop, value.step]}
    if value is Ellipsis:
        return {"dots": True}
    if isinstance(value, (torch.layout, torch.memory_format)):
        return {"torch": str(value)[6:]}
    if isinstance(value, torch.device):
        return {"device": str(value)}
    if value is NotImplemented:
        return {"not implemented": True}
    if isinstance(value, torch.nn.PairwiseDistance) and value.norm == 2:
        return {"distance": [value.eps, value.keepdim]}
    if callable(value) and getattr(torch.nn.functional, getattr(value, "__name__", ""), None) is value:
        return {"function": value.__name__}
    raise Unwritable(type(value).__name__)


def _index(tensor, table):
    for i, known in enumerate(table):
        if known is tensor:
            return i
    table.append(tensor)
    return len(table) - 1


def decode(tree, tensors):
    if isinstance(tree, list):
        return [decode(part, tensors) for part in tree]
    if not isinstance(tree, dict):
        return tree
    ((kind, value),) = tree.items()
    return _DECODERS[kind](value, tensors)


_DECODERS = {
    "tensor": lambda value, tensors: tensors[value],
    "float": lambda value, _: float(value),
    "complex": lambda value, _: complex(float(value[0]), float(value[1])),
    "size": lambda value, _: torch.Size(value),
    "tuple": lambda value, tensors: tuple(decode(part, tensors) for part in value),
    "dict": lambda value, tensors: {key: decode(part, tensors) for key, part in value.items()},
    "torch": lambda value, _: getattr(torch, value),
    "slice": lambda value, _: slice(*value),
    "dots": lambda *_: ...,
    "device": lambda value, _: torch.device(value),
    "function": lambda value, _: getattr(torch.nn.functional, value),
    "not implemented": lambda *_: NotImplemented,
    "distance": lambda value, _: torch.nn.PairwiseDistance(2.0, *value),
}


def write_tensor(tensor):
    """A tensor that is given: its storage as far as it reaches, and how it lies in it."""
    dtype = dtype_name(tensor.dtype)
    if tensor.layout == torch.sparse_csr:
        return _write_compressed(tensor)
    if dtype not in CODES or tensor.layout != torch.strided or tensor.device.type != "cpu":
        raise Unwritable(f"{dtype} {tensor.layout} {tensor.device}")
    plain = tensor.detach()
    entry = {"dtype": dtype, "shape": list(tensor.shape)}
    if tensor.requires_grad:
        entry["grad"] = True
    if plain.is_conj():
        entry["conj"] = True
        plain = plain.conj()
    if plain.is_neg():
        plain = plain.resolve_neg()
    if not plain.is_contiguous() or plain.storage_offset() != 0:
        offset = plain.storage_offset()
        reach = 1 + sum((size - 1) * stride for size, stride in zip(plain.shape, plain.stride())) if plain.numel() else 0
        entry["stride"], entry["offset"] = list(plain.stride()), offset
        plain = plain.as_strided((offset + reach,), (1,), 0)
    if plain.numel() > LARGEST:
        raise Unwritable(f"{plain.numel()} elements")
    return {**entry, "data": pack(plain.reshape(-1).tolist(), dtype)}


def _write_compressed(tensor):
    plain = tensor.detach()
    parts = [write_tensor(part) for part in (plain.crow_indices(), plain.col_indices(), plain.values())]
    return {"dtype": dtype_name(tensor.dtype), "shape": list(tensor.shape), "compressed": parts, "grad": tensor.requires_grad}


def read_tensor(entry):
    """The tensor again, a leaf."""
    if "compressed" in entry:
        parts = [read_tensor(part) for part in entry["compressed"]]
        return torch.sparse_csr_tensor(*parts, size=entry["shape"]).requires_grad_(entry["grad"])
    dtype = getattr(torch, entry["dtype"])
    tensor = torch.tensor(unpack(entry["data"], entry["dtype"]), dtype=dtype)
    if "stride" in entry:
        tensor = tensor.as_strided(entry["shape"], entry["stride"], entry["offset"])
    elif entry["shape"] != [tensor.numel()]:
        tensor = tensor.reshape(entry["shape"])
    if entry.get("conj"):
        tensor = tensor.conj()
    return tensor.detach().requires_grad_(True) if entry.get("grad") else tensor.detach()
