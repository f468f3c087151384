# What a program can ask a graph: leaves, nodes and their neighbours, what they saved, retained gradients, flags that can and cannot change.
import torch


def attempt(action):
    try:
        print(action())
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


a = torch.tensor([1.0, 2.0], requires_grad=True)
b = torch.tensor([3.0, 4.0], requires_grad=True)
c = a * b
d = c.exp().sum()
print(a.is_leaf, c.is_leaf, c.requires_grad, a.grad_fn, c.grad_fn.name(), c.output_nr, type(c.grad_fn).__name__)


def show(node, depth=0):
    print("  " * depth + (node.name() if node else "None"))
    for next_node, index in node.next_functions if node else ():
        show(next_node, depth + 1)


show(d.grad_fn)
accumulate = c.grad_fn.next_functions[0][0]
print(accumulate.variable is a, accumulate is c.grad_fn.next_functions[0][0], c.grad_fn is c.grad_fn, len(c.grad_fn.next_functions))
print(c.grad_fn._saved_self is a, torch.equal(c.grad_fn._saved_other, b), d.grad_fn.next_functions[0][0]._saved_result.shape)
NODES = {
    "pow": a.pow(3),
    "sum": torch.ones(2, 2, requires_grad=True).sum(1, keepdim=True),
    "clamp": a.clamp(0, 1.5),
    "add": a.add(b, alpha=2),
    "softmax": a.softmax(0),
    "transpose": a.unsqueeze(0).transpose(0, 1),
    "slice": a[0:1],
    "leaky": torch.nn.functional.leaky_relu(a, 0.2),
}
for name, made in NODES.items():
    fields = [field for field in dir(made.grad_fn) if field.startswith("_saved_")]
    print(name, made.grad_fn.name())
for field in ("exponent", "self"):
    print(field, getattr(NODES["pow"].grad_fn, f"_saved_{field}"))
print(NODES["sum"].grad_fn._saved_dim, NODES["sum"].grad_fn._saved_keepdim, NODES["clamp"].grad_fn._saved_min, NODES["clamp"].grad_fn._saved_max)
print(NODES["add"].grad_fn._saved_alpha, NODES["softmax"].grad_fn._saved_dim, NODES["leaky"].grad_fn._saved_negative_slope)
print(NODES["transpose"].grad_fn._saved_dim0, NODES["transpose"].grad_fn._saved_dim1, NODES["slice"].grad_fn._saved_start, NODES["slice"].grad_fn._saved_end)

c.retain_grad()
c.retain_grad()
d.backward(retain_graph=True)
print(c.grad, c.retains_grad, a.retains_grad, a.grad)
attempt(lambda: c.grad_fn._saved_self)
d.backward()
print(a.grad, b.grad, c.grad)
attempt(lambda: c.grad_fn._saved_self)
attempt(lambda: d.backward())
attempt(lambda: c.requires_grad_(False))
attempt(lambda: setattr(c, "requires_grad", True))
attempt(lambda: a.requires_grad_(False).requires_grad)
attempt(lambda: (a * 2).requires_grad)
attempt(lambda: (a * 2).retain_grad())
a.requires_grad_()
x = (a * 2).detach()
print(x.requires_grad, x.requires_grad_().is_leaf, x.grad_fn)
y = a * 2
y.detach_()
print(y.is_leaf, y.requires_grad, y.grad_fn)
with torch.no_grad():
    z = a * 2
    w = torch.zeros(1, requires_grad=True)
print(z.requires_grad, z.is_leaf, w.requires_grad, (w + 1).requires_grad)
e, f = torch.stack([a, b]).unbind()
print(e.grad_fn is f.grad_fn, e.output_nr, f.output_nr, e.grad_fn.name())
print(hash(c.grad_fn) == hash(c.grad_fn), c.grad_fn == c.grad_fn, c.grad_fn != d.grad_fn)
