"""Runs whole programs under real PyTorch and tells, as JSON, what they printed and what their passes did.

Each program runs in a process of its own (forked after `import torch`). Before a pass, hooks go onto every node that can be reached from its
roots: they tell which nodes ran, in which order, and what arrived at each.
"""

import contextlib
import io
import json
import os
import sys
import traceback
import warnings

import torch

torch.set_num_threads(1)
passes = []


def plain(value):
    if isinstance(value, list):
        return [plain(element) for element in value]
    if isinstance(value, complex):
        return [plain(value.real), plain(value.imag)]
    if isinstance(value, float) and (value != value or abs(value) == float("inf")):
        return str(value)
    return value


def values(tensor):
    if tensor is None:
        return None
    if tensor._is_zerotensor():  # It has no memory to be read.
        tensor = torch.zeros(tensor.shape, dtype=tensor.dtype)
    return plain(tensor.detach().reshape(-1).tolist())


def reachable(roots):
    seen, waiting = {}, [root.grad_fn for root in roots if root.grad_fn is not None]
    while waiting:
        node = waiting.pop()
        if node is not None and node not in seen:
            seen[node] = None
            waiting.extend(next for next, _ in node.next_functions)
    return seen


@contextlib.contextmanager
def watched(kind, roots):
    record = {"kind": kind, "steps": [], "grads": [], "failed": True}
    passes.append(record)

    def hook_of(node):
        name = node.name().rsplit("::", 1)[-1]

        def hook(grad_inputs, grad_outputs):
            record["steps"].append([name, [values(grad) for grad in grad_outputs]])
            if name == "AccumulateGrad" and grad_outputs[0] is not None:
                record["grads"].append(values(node.variable.grad))

        return hook

    nodes = list(reachable(roots))  # Kept: PyTorch's hooks die with the Python object of their node.
    handles = [node.register_hook(hook_of(node)) for node in nodes]
    try:
        yield
        record["failed"] = False
    finally:
        for handle in handles:
            handle.remove()
        nodes.clear()


def listed(tensors):
    return [tensors] if isinstance(tensors, torch.Tensor) else list(tensors)


def watch(kind, function):
    def call(roots, *args, **kwargs):
        with watched(kind, listed(roots)):
            return function(roots, *args, **kwargs)

    return call


def run(path):
    torch.autograd.backward = watch("backward", torch.autograd.backward)  # What `Tensor.backward` calls.
    torch.autograd.grad = watch("grad", torch.autograd.grad)
    sys.path[0] = os.path.dirname(path)
    sys.argv = [path]
    warnings.simplefilter("ignore")
    out = io.StringIO()
    error = None
    with open(path, encoding="utf-8") as file, contextlib.redirect_stdout(out):
        try:
            exec(compile(file.read(), path, "exec"), {"__name__": "__main__", "__file__": path})
        except BaseException as raised:
            error = "".join(traceback.format_exception_only(type(raised), raised)).strip()
    return {"stdout": out.getvalue(), "error": error, "passes": passes}


def forked(path):
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        with os.fdopen(writer, "w") as pipe:
            json.dump(run(path), pipe)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return json.loads(text)


print(json.dumps([forked(path) for path in sys.argv[1:]]))
