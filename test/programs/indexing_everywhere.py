# Everything that may stand between the brackets: what comes out, what is refused and in which words, and what the graph shows.
import warnings

import torch

warnings.filterwarnings("ignore")
L = torch.tensor
x = torch.arange(24.0).view(2, 3, 4)
v = torch.arange(5.0)
scalar = L(1.0)


def attempt(label, body):
    try:
        result = body()
        shown = result.tolist() if isinstance(result, torch.Tensor) else result
        print(label, tuple(result.shape) if isinstance(result, torch.Tensor) else "", shown)
    except Exception as error:
        print(label, type(error).__name__, error)


KEYS = {
    "booleans": [True, False, L(True), (1, True), L(1, dtype=torch.uint8)],
    "numbers": [L(1), 1.0, "a", L(1.0), L([1.0]), (0, 0, 0, 0), 5, (slice(None), 5), L(1, dtype=torch.int16)],
    "index tensors": [L([5]), (slice(None), L([-4])), L([0, 1], dtype=torch.int32), L([], dtype=torch.long), (L([[0], [1]]), L([0, 1]))],
    "slices": [slice(None, None, -1), slice(None, None, 0), slice(100, None), slice(L(0), L(1)), slice(1.5, 2)],
    "ellipsis": [..., (..., ...), (..., 0), (0, ...), (..., None), ()],
    "masks": [L([True, False, True]), (slice(None), L([True, False])), L([[True] * 3] * 2), L([[True] * 2] * 2), x > 5, L([0, 1], dtype=torch.uint8)],
    "lists": [[0, 1], ([0, 1], [0, 1, 2]), [True, False], [0.5], [[0, 1], [1, 0]], [slice(0, 1), 0], [None, 0], [], range(2), ((0, 1),), ([[0]], [[1]]), [[[0]], [[1]]]],
    "mixed": [(L([0, 1]), slice(None), L([0, 1])), (0, slice(None), L([0, 1])), (None, L([0, 1])), (..., L([0])), (slice(None), 0, [1, 2])],
}
for kind, keys in KEYS.items():
    for i, key in enumerate(keys):
        attempt(f"{kind} {i}", lambda: x[key])
for i, key in enumerate([0, None, ..., slice(None), L([0]), True, ()]):
    attempt(f"of a scalar {i}", lambda: scalar[key])
for i, key in enumerate([slice(1, 3), slice(-100, 2), slice(3, 1), [4, -1], v > 2]):
    attempt(f"of a vector {i}", lambda: v[key])
attempt("complex", lambda: x.to(torch.complex64)[0, L([1, 0])])
attempt("transposed", lambda: x.transpose(0, 2)[L([1, 3]), :, 1])
print(x[L(1)].data_ptr() == x[1].data_ptr(), x[1:].storage_offset(), x[:, None].stride(), x[..., ::2].stride())


def write(label, key, value):
    target = torch.arange(24.0).view(2, 3, 4)
    try:
        target[key] = value
        print(label, target.flatten().tolist())
    except Exception as error:
        print(label, type(error).__name__, error)


ones = torch.ones
WRITES = [
    (0, 1.0), ((0, 1), ones(4)), ((0, 1), ones(1, 4)), ((0, 1), ones(2, 4)), ((0, 1), ones(3)), (L([0]), ones(3, 4)), (L([0]), ones(5)),
    (L([0, 1]), ones(1, 1, 3, 4)), (x > 5, 0.0), (x > 5, ones(18)), (x > 5, ones(3)), (x > 5, ones(18).double()), (L([0]), ones(3, 4).double()),
    (0, ones(3, 4).double()), ((slice(None), L([0, 0])), torch.arange(16.0).view(2, 2, 4)), (x > 5, L(7)), (L([0]), 1j), (0, 1j), (0, True),
    (..., 3), ((), 3), (True, 3), (False, 3), (None, 4), (L([0]), "a"), (0, [1, 2]), (0, None), (5, 1.0), (L([5]), 1.0), ([0, 1], 5),
    (([0, 1], [0, 2]), L([1.0, 2])), (x[0] > 3, 1.0), (slice(0, 1), torch.zeros(0)), (slice(5, 6), 1.0), (L([[0]]), torch.zeros(1, 1, 3, 4)),
]
for i, (key, value) in enumerate(WRITES):
    write(f"write {i}", key, value)


def chain(tensor):
    node, names = tensor.grad_fn, []
    while node is not None and node.next_functions:
        names.append(type(node).__name__)
        node = node.next_functions[0][0]
    return names


y = ones(2, 3, 4, requires_grad=True) * 1
for part in (y[:, 0], y[:], y[0:2], y[0:2, 0], y[0:5, 0], y[:, :], y[...], y[()], y[None], y[..., 0], y[:, L([0])], y[True], y[-2:, 0], y[L(0)], y[[0]]):
    print(chain(part))


def through(write):
    base = ones(2, 3, 4, requires_grad=True)
    weight = ones((), requires_grad=True)
    target = base * 2
    write(target, weight)
    print(type(target.grad_fn).__name__, [node and type(node).__name__ for node, _ in target.grad_fn.next_functions])
    (target * torch.arange(24.0).view(2, 3, 4)).sum().backward()
    print(weight.grad, base.grad.flatten().tolist())


def one(t, w): t[0] = w * 2
def row(t, w): t[0] = ones(4) * w
def deep(t, w): t[0] = ones(1, 3, 4) * w
def whole(t, w): t[...] = ones(2, 3, 4) * w
def slices(t, w): t[:, :] = ones(2, 3, 4) * w
def mask(t, w): t[t > 0] = w
def repeated(t, w): t[[0, 0], [1, 1]] = w * ones(2, 4)


for step in (one, row, deep, whole, slices, mask, repeated):
    through(step)
