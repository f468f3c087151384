"""Tensors as JSON, and the numbers by which derivatives are asked for: used on both sides, so it needs nothing but `torch`."""

import base64
from array import array

import torch

CODES = {
    "float32": "f",
    "float64": "d",
    "complex64": "f",
    "complex128": "d",
    "complex32": "f",
    "int64": "q",
    "int32": "i",
    "int16": "h",
    "int8": "b",
    "uint8": "B",
    "bool": "B",
    "float16": "e",
    "bfloat16": "e",
}
"""How the elements lie in memory. What is narrower than float32 travels as float32."""


def dtype_name(dtype):
    return str(dtype)[6:]


def pack(values, dtype):
    """Base64 of the elements of a flat list of Python numbers."""
    code = CODES[dtype]
    if code == "e":
        code = "f"
    if dtype.startswith("complex"):
        values = [part for value in values for part in (value.real, value.imag)]
    return base64.b64encode(array(code, values).tobytes()).decode()


def unpack(text, dtype):
    """The flat list again."""
    code = CODES[dtype]
    data = array("f" if code == "e" else code)
    data.frombytes(base64.b64decode(text))
    values = data.tolist()
    if dtype.startswith("complex"):
        return [complex(values[i], values[i + 1]) for i in range(0, len(values), 2)]
    return [value != 0 for value in values] if dtype == "bool" else values


def flat(tensor):
    """The elements of a tensor in order, as Python numbers."""
    return tensor.detach().reshape(-1).tolist()


def cotangent(tensor, salt):
    """What a gradient of `tensor` is asked with: small numbers of both signs that are exact in every dtype."""
    weights = [((i * 7 + salt) % 11 - 5) / 4 for i in range(tensor.numel())]
    if tensor.dtype.is_complex:
        weights = [complex(weight, ((i * 5 + salt) % 7 - 3) / 4) for i, weight in enumerate(weights)]
    return torch.tensor(weights, dtype=tensor.dtype).reshape(tensor.shape)


def nodes(tensor):
    """The name of a tensor's `grad_fn`, or None."""
    return None if tensor.grad_fn is None else tensor.grad_fn.name().rsplit("::", 1)[-1]


def tensors_in(tree):
    """All tensors of nested lists, tuples and dicts, in order."""
    if isinstance(tree, torch.Tensor):
        yield tree
    elif isinstance(tree, (list, tuple)):
        for part in tree:
            yield from tensors_in(part)
    elif isinstance(tree, dict):
        for part in tree.values():
            yield from tensors_in(part)


def derivatives(result, leaves, order):
    """Gradients of `leaves` for the fixed cotangents, and (for order 2) theirs. Lists of tensors or None; [] where there are none."""
    roots = [tensor for tensor in tensors_in(result) if tensor.requires_grad]
    if not roots or not leaves or order == 0:
        return [], []
    weights = [cotangent(root, i) for i, root in enumerate(roots)]
    first = torch.autograd.grad(roots, leaves, weights, create_graph=order == 2, allow_unused=True)
    again = [grad for grad in first if grad is not None and grad.requires_grad]
    if order < 2 or not again:
        return list(first), []
    weights = [cotangent(grad, i + 3) for i, grad in enumerate(again)]
    return list(first), list(torch.autograd.grad(again, leaves, weights, allow_unused=True))
