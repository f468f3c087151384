# From Python and back: nested lists, numbers, iteration, membership, comparison, truth, formats.
import math
import torch


def attempt(action):
    try:
        print(repr(action()))
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


MADE = [3, 2.5, True, 1j, [], [[]], [[1, 2], [3, 4]], (1, 2.0), [True, 2], [1, 2j], range(3), [torch.tensor(1), 2.0], [torch.ones(1), torch.ones(1, 1)]]
for data in MADE:
    made = torch.tensor(data)
    print(made, made.dtype, tuple(made.shape), made.tolist())
for value in (torch.tensor(3), torch.tensor(2.5), torch.tensor([True]), torch.tensor([[1j]]), torch.tensor([7], dtype=torch.uint8)):
    print(value.item(), type(value.item()).__name__, bool(value), complex(value))
print(int(torch.tensor(2.9)), float(torch.tensor(3)), math.sqrt(torch.tensor(16.0)), [10, 20, 30][torch.tensor(1)], list(range(torch.tensor(3))))
print(round(torch.tensor(2.567).item(), 2), "%d %.2f" % (torch.tensor(5), torch.tensor(1.5)), f"{torch.tensor(0.12345):.2e} {torch.tensor(42):>6} {torch.tensor(3.0)}")
x = torch.arange(6).reshape(2, 3)
print([row.tolist() for row in x], [[int(v) for v in row] for row in x], len(x), list(reversed(torch.arange(3))))
print(3 in x, 9 in x, torch.tensor(4) in x, 2.5 in torch.tensor([2.5]), any(x.flatten() > 4), all(x.flatten() >= 0), sum(x.flatten()), max(x.flatten()), min(x[0]))
print(x == 3, (x == x).all(), x.eq(torch.arange(3)), x.ne(1).sum().item(), (x > 1) & (x < 5), (x > 1) | ~(x > 4), (x > 1) ^ (x > 3), not torch.tensor(0))
print(1 < torch.tensor(2), 5 - torch.tensor([1, 2]), 2 / torch.tensor([4.0]), 7 // torch.tensor([2]), 7 % torch.tensor([4]), 2 ** torch.tensor([3.0]), -torch.tensor([1]), abs(torch.tensor([-1])), +torch.tensor([1]))
a, (b, c) = x[0, 0], x[1, :2]
print(a, b, c, *x[0], [*x.shape], {**{"k": x[0, 1]}}, x.shape[0] * 2, x.shape == (2, 3), x.shape[1:], x.size(-1), torch.Size([1]) + (2,))
print(torch.equal(x, x.clone()), x.equal(x + 1), torch.allclose(torch.ones(2), torch.ones(2) + 1e-9), torch.isclose(torch.tensor([1.0, math.nan]), torch.tensor([1.0, math.nan]), equal_nan=True))
print(torch.zeros(2, 2), torch.ones_like(x), torch.full((2,), 7), torch.full((2,), 7.5), torch.eye(2, 3), torch.arange(2, 10, 3), torch.arange(0.5, 2, 0.5), torch.linspace(0, 1, 3), torch.logspace(0, 2, 3))
print(torch.empty(0).tolist(), torch.as_tensor(x) is x, torch.as_tensor([1.5]), torch.zeros(2).new_tensor([1, 2]), x.new_zeros(2), x.new_ones(1, dtype=torch.float32), x.new_full((1,), 9))
print({x[0, 0]: 1} != {}, len({torch.tensor(1), torch.tensor(1)}), hash(x) == hash(x), x is x, x[0] is x[0], id(x) == id(x))
attempt(lambda: bool(x))
attempt(lambda: bool(torch.empty(0)))
attempt(lambda: x.item())
attempt(lambda: float(torch.tensor(1 + 2j)))
attempt(lambda: iter(torch.tensor(1)))
attempt(lambda: torch.tensor([[1, 2], [3]]))
attempt(lambda: torch.tensor([1, "a"]))
attempt(lambda: torch.tensor(None))
attempt(lambda: x in [1])
attempt(lambda: "a" in x)
attempt(lambda: [1, 2][torch.tensor(0.5)])
attempt(lambda: x == [0, 1])
attempt(lambda: x < "a")
attempt(lambda: sorted([torch.tensor(3), torch.tensor(1)]))
