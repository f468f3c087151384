# Reading and writing by index along a dimension: repeated places, ties, zeros in products, self left out, gradients of both orders.
import warnings

import torch

warnings.filterwarnings("ignore")
L = torch.tensor
index = L([[0, 1, 1], [1, 1, 0]])


def leaf(*values):
    return torch.tensor(values, requires_grad=True)


def check(label, function, *leaves):
    try:
        out = function(*leaves)
        print(label, type(out.grad_fn).__name__, out.tolist())
        weights = torch.arange(1.0, out.numel() + 1).view(out.shape)
        grads = torch.autograd.grad(out, leaves, weights, create_graph=True, allow_unused=True)
        print("  ", [None if g is None else g.tolist() for g in grads])
        twice = [g for g in grads if g is not None and g.requires_grad]
        if twice:
            second = torch.autograd.grad(sum((g * g).sum() for g in twice), leaves, allow_unused=True)
            print("  ", [None if g is None else g.tolist() for g in second])
    except Exception as error:
        print(label, type(error).__name__, error)


def self_and_src():
    return leaf([1.0, 2.0, 3.0], [4.0, 5.0, 6.0]), leaf([0.5, 2.0, -1.0], [2.0, 4.0, 3.0])


for reduce in ("sum", "prod", "mean", "amax", "amin"):
    for include in (True, False):
        check(f"scatter_reduce {reduce} {include}", lambda a, b: a.scatter_reduce(0, index, b, reduce, include_self=include), *self_and_src())
for reduce in ("prod", "mean", "amax", "amin"):
    check(f"index_reduce {reduce}", lambda a, b: a.index_reduce(0, L([1, 1]), b, reduce), *self_and_src())
check("a zero in a product", lambda a, b: a.scatter_reduce(0, index, b, "prod"), leaf([1.0, 0.0, 3.0], [4.0, 5.0, 6.0]), leaf([0.0, 2.0, -1.0], [2.0, 4.0, 3.0]))
check("ties", lambda a, b: a.scatter_reduce(0, index, b, "amax"), leaf([2.0, 2.0, 2.0], [2.0, 2.0, 2.0]), leaf([2.0, 2.0, 2.0], [2.0, 2.0, 2.0]))
check("gather", lambda a: a.gather(0, index), self_and_src()[0])
check("scatter", lambda a, b: a.scatter(0, L([[0, 1, 1]]), b), *self_and_src())
check("scatter value", lambda a: a.scatter(1, index, 9.0), self_and_src()[0])
check("scatter_add", lambda a, b: a.scatter_add(0, index, b), *self_and_src())
check("scatter multiply", lambda a, b: a.scatter(0, index, b, reduce="multiply"), *self_and_src())
check("index_select", lambda a: a.index_select(1, L([2, 0, 2])), self_and_src()[0])
check("index_add", lambda a, b: a.index_add(0, L([1, 1]), b, alpha=2), *self_and_src())
check("index_copy", lambda a, b: a.index_copy(0, L([1, 0]), b), *self_and_src())
check("index_fill", lambda a: a.index_fill(1, L([-1]), 7.0), self_and_src()[0])
check("index_fill tensor", lambda a, b: a.index_fill(1, L([0]), b.sum()), *self_and_src())
check("take", lambda a: a.take(L([[0, 5], [-1, 0]])), self_and_src()[0])
check("put", lambda a, b: a.put(L([0, 5]), b[0, :2]), *self_and_src())
check("put accumulate", lambda a, b: a.put(L([0, 0]), b[0, :2], accumulate=True), *self_and_src())
check("take_along_dim", lambda a: a.take_along_dim(L([[0, 2]]), 1), self_and_src()[0])
check("masked_select", lambda a: a.masked_select(a > 2), self_and_src()[0])
check("masked_scatter", lambda a, b: a.masked_scatter(L([True, False, True]), b), *self_and_src())
check("masked_fill", lambda a, b: a.masked_fill(a > 2, b.sum()), *self_and_src())
check("index_put", lambda a, b: a.index_put((L([0, 0]), L([1, 1])), b[0, :2], accumulate=True), *self_and_src())
check("select_scatter", lambda a, b: a.select_scatter(b[0], 0, 1), *self_and_src())
check("slice_scatter", lambda a, b: a.slice_scatter(b[:, :2], 1, 0, 3, 2), *self_and_src())
check("diagonal_scatter", lambda a, b: a.diagonal_scatter(b[0, :2]), *self_and_src())
check("constant_pad_nd", lambda a: torch.constant_pad_nd(a, (1, -1, 0, 1), 5), self_and_src()[0])
check("diff", lambda a: a.diff(n=2), self_and_src()[0])
check("cat", lambda a, b: torch.cat((a, b), -1), *self_and_src())
check("block_diag", lambda a, b: torch.block_diag(a, b[0]), *self_and_src())
check("combinations", lambda a: torch.combinations(a[0], with_replacement=True), self_and_src()[0])
check("repeat_interleave", lambda a: a.repeat_interleave(L([2, 1]), 0), self_and_src()[0])
check("unfold", lambda a: a.unfold(1, 2, 1), self_and_src()[0])
a, b = (one.detach() for one in self_and_src())
for call in (
    lambda: a.gather(0, L([[5]])),
    lambda: a.gather(0, L([0])),
    lambda: a.scatter(0, L([[-1]]), b),
    lambda: a.scatter(0, torch.zeros(3, 3).long(), b),
    lambda: a.scatter(0, index, b.double()),
    lambda: a.scatter(0, index, b, reduce="sum"),
    lambda: a.scatter_reduce(0, index, b, "add"),
    lambda: a.index_select(0, L([5])),
    lambda: a.index_select(0, L([[1]])),
    lambda: a.index_add(0, L([0]), b),
    lambda: a.index_copy(0, L([5, 0]), b),
    lambda: a.index_fill(0, L([5]), 1.0),
    lambda: a.take(L([9])),
    lambda: a.put(L([9]), b[0, :1]),
    lambda: a.masked_fill(a > 2, torch.ones(2)),
    lambda: a.index_put((L([0]),), b.double()),
):
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, error)
print(torch.nonzero(a > 2), torch.nonzero(a > 2, as_tuple=True), torch.argwhere(a[0]), torch.nonzero(L(3)))
