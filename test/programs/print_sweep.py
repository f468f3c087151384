# Some hundred tensors in print: shapes by dtypes by magnitudes by print options, to the character.
import itertools
import torch

torch.manual_seed(0)
SHAPES = [(), (1,), (0,), (2, 0), (0, 3), (5,), (30,), (2, 3), (1, 1, 1), (2, 2, 3), (2, 1, 2, 2), (7, 9)]
LARGE = [(1001,), (40, 30), (4, 4, 70), (3, 1, 7, 80), (1, 1200), (600, 2)]
REAL = [torch.float32, torch.float64, torch.float16, torch.bfloat16]
INTEGRAL = [torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.bool]
COMPLEX = [torch.complex64, torch.complex128]
MAGNITUDES = [1, 1e-3, 1e-6, 12345.678, 3e7, 5e9]


def numbers(shape, scale=1.0, dtype=torch.float64):
    return (torch.rand(shape, dtype=torch.float64) * 2 * scale - scale).to(dtype)


for shape in SHAPES:
    print(shape)
    for dtype in REAL + COMPLEX:
        print(numbers(shape, dtype=dtype))
    for dtype in INTEGRAL:
        print((numbers(shape).abs() * 120).round().to(dtype))
for shape in LARGE:
    for dtype in (torch.float32, torch.int64, torch.complex64, torch.bool):
        print((numbers(shape) * 3).to(dtype))
for scale, dtype in itertools.product(MAGNITUDES, REAL + COMPLEX):
    if dtype is torch.float16 and scale > 1e5:
        continue
    print(numbers((3, 4), scale, dtype), numbers((), scale, dtype))
    mixed = numbers((6,), scale, dtype)
    mixed[2] = 0
    mixed[4] = float("nan")
    mixed[5] = float("inf")
    print(mixed, mixed.flip(0), mixed * 2, mixed[4:])

values = [1.0, 2.0, 300.0], [-1.5, 2.0, 0.25], [-1.5, 1e6], [0.1, 1e-5, 1.0], [1e8, 1.0, 2.0], [1e9, 2e9, 3e9], [float("nan")] * 2, [float("-inf"), 1.5]
OPTIONS = [
    {"precision": 2},
    {"precision": 8},
    {"precision": 0},
    {"threshold": 5},
    {"threshold": 5, "edgeitems": 1},
    {"threshold": 0, "edgeitems": 2},
    {"linewidth": 40},
    {"linewidth": 200},
    {"sci_mode": True},
    {"sci_mode": False},
    {"sci_mode": True, "precision": 1},
    {"profile": "short"},
    {"profile": "full"},
]
for options in OPTIONS:
    torch.set_printoptions(profile="default")
    torch.set_printoptions(**options)
    print(options)
    for row in values:
        print(torch.tensor(row), torch.tensor(row, dtype=torch.float64, requires_grad=True))
    print(torch.arange(12), torch.arange(24.0).reshape(2, 3, 4), numbers((3, 5), 1e3, torch.complex64))
    print(torch.arange(300) * 7 - 900, torch.arange(4096.0).reshape(8, 8, 64) / 7)
    leaf = numbers((2, 8), 1, torch.float32).requires_grad_()
    print(leaf, leaf * 2, leaf.sum(), (leaf * 1j).abs(), leaf.double(), leaf[:0], leaf.bfloat16().unsqueeze(0))
torch.set_printoptions(profile="default")
print(torch.nn.Parameter(torch.ones(2)), [torch.ones(1), torch.zeros(())], {"a": torch.tensor(1.5)})
print(f"{torch.tensor(2.5):8.3f}|{torch.tensor(7):>5}|{torch.tensor(True)}|{torch.tensor(1 + 2j)}|{torch.ones(2)}|{torch.tensor(3.0)!r}")
