"""Runs a program line by line, under whichever `torch` there is, and tells after each line what became of the tensors.

What a line raises is told and goes no further. Before a pass all nodes that it can reach are given hooks that tell their order.
"""

import json
import warnings

import torch

warnings.simplefilter("ignore")


def plain(value):
    if isinstance(value, complex):
        return [plain(value.real), plain(value.imag)]
    if isinstance(value, float) and (value != value or abs(value) == float("inf")):
        return str(value)
    return value


def numbers(tensor):
    if tensor is None:
        return None
    if getattr(tensor, "_is_zerotensor", bool)():  # It has no memory to be read.
        tensor = torch.zeros(tensor.shape, dtype=tensor.dtype)
    return [plain(value) for value in tensor.detach().reshape(-1).tolist()]


def kind(node):
    return None if node is None else node.name().rsplit("::", 1)[-1]


def described(tensor):
    node = tensor.grad_fn
    return {
        "shape": list(tensor.shape),
        "dtype": str(tensor.dtype),
        "requires_grad": tensor.requires_grad,
        "is_leaf": tensor.is_leaf,
        "version": tensor._version,
        "grad_fn": kind(node),
        "next": [] if node is None else [[kind(next), index] for next, index in node.next_functions],
        "values": numbers(tensor),
        "grad": numbers(tensor.grad) if tensor.is_leaf or tensor.retains_grad else None,
    }


def watch(roots, order):
    """Handles of hooks that write down the nodes which run. PyTorch's hooks die with the Python object of their node: keep the answer."""
    seen, waiting = {}, [root.grad_fn for root in roots]
    while waiting:
        node = waiting.pop()
        if node is not None and node not in seen:
            seen[node] = node.register_hook(lambda _, arrived, name=kind(node): order.append([name, [numbers(one) for one in arrived]]))
            waiting += [next for next, _ in node.next_functions]
    return seen


class Watched:
    """`torch.autograd`'s two ways to run a pass, with their order told."""

    def __init__(self):
        self.order = []

    def backward(self, root, *args, **kwargs):
        return self._run([root], lambda: torch.autograd.backward(root, *args, **kwargs))

    def grad(self, root, *args, **kwargs):
        return self._run([root], lambda: torch.autograd.grad(root, *args, **kwargs))

    def _run(self, roots, run):
        watched = watch(roots, self.order)
        try:
            return run()
        finally:
            for handle in watched.values():
                handle.remove()


def run(lines):
    passes = Watched()
    scope = {"torch": torch, "backward": passes.backward, "grad": passes.grad, "seen": passes.order}
    told = []
    for line in lines:
        passes.order.clear()
        before = set(scope)
        error = None
        try:
            exec(line, scope)
        except Exception as raised:
            error = f"{type(raised).__name__}: {raised}"
        tensors = {name: described(one) for name, one in scope.items() if isinstance(one, torch.Tensor)}
        told.append({"line": line, "error": error, "order": list(passes.order), "tensors": tensors})
    return told
