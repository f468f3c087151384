# The CPU generator, bit for bit: every way to draw, generators of their own, states that are kept and put back.
import torch


def show(label, draw):
    torch.manual_seed(3)
    try:
        values = draw()
    except Exception as error:
        print(label, type(error).__name__, error)
        return
    flat = values.reshape(-1).tolist()
    print(label, tuple(values.shape), values.stride(), values.dtype, *(v.hex() if isinstance(v, float) else v for v in flat))


FLOATS = (torch.float32, torch.bfloat16)
for dtype in FLOATS:
    for n in (5, 16, 19, 40):
        show(f"rand {n}", lambda: torch.rand(n, dtype=dtype))
        show(f"randn {n}", lambda: torch.randn(n, dtype=dtype))
        show(f"normal_ {n}", lambda: torch.zeros(n, dtype=dtype).normal_(2, 3))
        show(f"uniform_ {n}", lambda: torch.zeros(n, dtype=dtype).uniform_(-1, 3))
    for method in ("random_", "exponential_", "cauchy_", "log_normal_", "bernoulli_"):
        show(method, lambda: getattr(torch.zeros(9, dtype=dtype), method)())
    show("geometric_", lambda: torch.zeros(9, dtype=dtype).geometric_(0.3))
show("rand double", lambda: torch.rand(7, dtype=torch.float64))
for dtype in (torch.int64, torch.int32, torch.uint8, torch.float32):
    show("randint", lambda: torch.randint(0, 7, (9,), dtype=dtype))
    show("randperm", lambda: torch.randperm(9, dtype=dtype))
    show("random_", lambda: torch.zeros(9, dtype=dtype).random_(3, 70))
    show("random_ to", lambda: torch.zeros(9, dtype=dtype).random_(70))
    show("random_ whole", lambda: torch.zeros(9, dtype=dtype).random_())
show("large ints", lambda: torch.randint(0, 2**40, (5,)))
show("bernoulli", lambda: torch.bernoulli(torch.full((9,), 0.3)))
show("bernoulli p", lambda: torch.bernoulli(torch.zeros(9), 0.6))
show("bernoulli_ tensor", lambda: torch.zeros(9).bernoulli_(torch.full((9,), 0.3)))
show("normal tensors", lambda: torch.normal(torch.arange(20.0), torch.arange(20.0)))
show("normal mean", lambda: torch.normal(torch.arange(5.0), 2.0))
show("normal std", lambda: torch.normal(2.0, torch.arange(5.0)))
show("normal size", lambda: torch.normal(2.0, 3.0, (17,)))
weights = torch.tensor([[1.0, 3, 2, 6]] * 3)
show("multinomial", lambda: torch.multinomial(weights, 3))
show("multinomial one", lambda: torch.multinomial(weights[0], 1))
show("multinomial replacement", lambda: torch.multinomial(weights, 5, replacement=True))
show("in memory order", lambda: torch.rand_like(torch.zeros(3, 4).t()))
show("strided", lambda: torch.zeros(5, 8)[:, ::2].uniform_())
show("channels last", lambda: torch.rand_like(torch.zeros(1, 2, 2, 2), memory_format=torch.channels_last))
show("dropout", lambda: torch.nn.functional.dropout(torch.ones(4, 5).t(), 0.3).contiguous())

mine = torch.Generator()
print(mine.initial_seed(), mine.device)
mine.manual_seed(5)
for draw in (
    lambda: torch.rand(3, generator=mine),
    lambda: torch.randn(20, generator=mine),
    lambda: torch.randperm(5, generator=mine),
    lambda: torch.zeros(3).uniform_(generator=mine),
    lambda: torch.randint(3, (4,), generator=mine),
):
    show("generator", draw)
state = mine.get_state()
first = torch.rand(3, generator=mine)
mine.set_state(state)
print(torch.equal(first, torch.rand(3, generator=mine)), state.dtype, state.shape)
torch.manual_seed(7)
torch.randn(3)
kept = torch.get_rng_state()
print(kept.shape, sum((i + 1) * b for i, b in enumerate(kept.tolist())))
again = torch.randn(5)
torch.set_rng_state(kept)
print(torch.equal(again, torch.randn(5)))
with torch.random.fork_rng():
    torch.rand(4)
show("after a fork", lambda: torch.rand(2))
print(torch.initial_seed(), torch.manual_seed(-1).initial_seed(), torch.default_generator.initial_seed())
for broken in (torch.zeros(3), torch.zeros(3, dtype=torch.uint8), torch.zeros(5056, dtype=torch.uint8)):
    try:
        torch.set_rng_state(broken)
    except Exception as error:
        print(type(error).__name__, error)

ERRORS = [
    lambda: torch.randint(5, 5, (2,)),
    lambda: torch.randint(300, (2,), dtype=torch.uint8),
    lambda: torch.zeros(2).uniform_(3, 1),
    lambda: torch.zeros(2).normal_(3, -1),
    lambda: torch.zeros(2).bernoulli_(1.5),
    lambda: torch.zeros(2).geometric_(0),
    lambda: torch.zeros(2).cauchy_(0, -1),
    lambda: torch.randperm(-1),
    lambda: torch.multinomial(torch.tensor([1.0, -1]), 1),
    lambda: torch.multinomial(torch.tensor([0.0, 0]), 1),
    lambda: torch.multinomial(torch.tensor([1.0, 0]), 3),
    lambda: torch.zeros(2, dtype=torch.long).normal_(),
]
for i, draw in enumerate(ERRORS):
    show(f"error {i}", draw)
