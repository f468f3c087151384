"""What each layer of the table does, as JSON: the same program under real PyTorch and in the embedded engine.

`CASES`, pairs of a constructor and the inputs' text, is put before this text.
"""

import json
import math
import warnings

import torch
from torch import nn

warnings.simplefilter("ignore")


def outcome(constructor, inputs):
    """Everything that can be told of one layer; as far as it came, and the error where it failed."""
    told = {}
    try:
        torch.manual_seed(7)
        module = evaluate(constructor)
        told["repr"] = repr(module)
        told["module"] = type(module).__module__
        told["state"] = {name: tensor(value) for name, value in module.state_dict().items()}
        told["leaves"] = [[name, leaf.requires_grad, type(leaf).__name__] for name, leaf in module.named_parameters()]
        if inputs is not None:
            told |= trained(module, inputs)
            told["evaluated"] = evaluated(module.eval(), inputs)
            told["state again"] = {name: tensor(value) for name, value in module.state_dict().items()}
            told["reloaded"] = evaluated(reloaded(constructor, module), inputs) == told["evaluated"]
    except Exception as error:
        told["error"] = f"{type(error).__name__}: {error}"
    return told


def evaluate(text):
    return eval(text, {"torch": torch, "nn": nn, "utils": nn.utils, "used": used, "F": nn.functional, **vars(nn), **vars(torch)})


def used(module, *inputs):
    """A lazy layer after its first call; what it was before is printed with its error, if there is one."""
    before = repr(module), [type(value).__name__ for value in module.state_dict().values()]
    try:
        module(*inputs)
    except Exception as error:
        raise RuntimeError(f"{before}: {error}") from error
    return module


def arguments(inputs):
    torch.manual_seed(3)
    args = evaluate(f"({inputs},)")
    leaves = []
    for arg in flat(args):
        if arg.is_floating_point() and arg.is_leaf:
            leaves.append(arg.requires_grad_())
    return args, leaves


def trained(module, inputs):
    args, leaves = arguments(inputs)
    torch.manual_seed(5)
    answer = module(*args)
    outputs = list(flat(answer))
    told = {
        "outputs": [tensor(output) for output in outputs],
        "kinds": kinds(answer),
        "drawn": torch.rand(1).item(),
        "graph": graph([output.grad_fn for output in outputs]),
    }
    differentiable = [output for output in outputs if output.requires_grad]
    if differentiable:
        torch.manual_seed(9)
        torch.autograd.backward(differentiable, [torch.rand(output.shape, dtype=output.dtype) for output in differentiable])
    told["input grads"] = [tensor(leaf.grad) for leaf in leaves]
    told["grads"] = {name: tensor(leaf.grad) for name, leaf in module.named_parameters()}
    return told


def evaluated(module, inputs):
    args, _ = arguments(inputs)
    torch.manual_seed(5)
    with torch.no_grad():
        return [tensor(output) for output in flat(module(*args))]


def reloaded(constructor, module):
    torch.manual_seed(8)
    other = evaluate(constructor)
    other.load_state_dict(module.state_dict())
    return other.eval()


def flat(value):
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, (tuple, list)):
        for part in value:
            yield from flat(part)


def kinds(value):
    return [type(value).__name__, *map(kinds, value)] if isinstance(value, (tuple, list)) else type(value).__name__


def graph(roots):
    """The names of the nodes, each followed by those that it leads to."""
    names, seen, waiting = [], set(), [node for node in reversed(roots) if node is not None]
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        names.append(node.name().rsplit("::", 1)[-1])
        waiting += [next for next, _ in reversed(node.next_functions) if next is not None]
    return names


def tensor(value):
    if value is None:
        return None
    return {"dtype": str(value.dtype), "shape": list(value.shape), "values": [plain(x) for x in value.detach().flatten().tolist()]}


def plain(number):
    return number if isinstance(number, (bool, int)) or math.isfinite(number) else str(number)


for constructor, inputs in CASES:
    print(json.dumps(outcome(constructor, inputs)))
