# Every dtype: what it is called, how big it is, which of two dtypes wins, and what a conversion does to a number.
import itertools
import torch

NAMES = "bool uint8 int8 int16 int32 int64 float16 bfloat16 float32 float64 complex64 complex128".split()
DTYPES = [getattr(torch, name) for name in NAMES]
for dtype in DTYPES:
    one = torch.ones(1, dtype=dtype)
    print(dtype, one.element_size(), dtype.is_floating_point, dtype.is_complex, dtype.is_signed, one.type(), one)
print(torch.float is torch.float32, torch.double is torch.float64, torch.half, torch.int, torch.long, torch.short, torch.cfloat)
for a, b in itertools.product(DTYPES, DTYPES):
    print(str(torch.promote_types(a, b)).removeprefix("torch."), end=" ")
    print(int(torch.can_cast(a, b)), end=" ")
print()
for dtype in DTYPES:
    vector, scalar = torch.ones(2, dtype=dtype), torch.ones((), dtype=dtype)
    others = True, 2, 2.5, 2.5 if dtype is torch.float16 else 1j, torch.tensor(2.5), torch.tensor(2), scalar
    kinds = [torch.result_type(vector, other) for other in others]
    print([str(kind).removeprefix("torch.") for kind in kinds], (vector + 1).dtype, (scalar * 1.5).dtype)
for dtype in (torch.float16, torch.bfloat16, torch.float32, torch.float64):
    limits = torch.finfo(dtype)
    print(dtype, limits.bits, limits.eps, limits.max, limits.min, limits.tiny, limits.resolution)
for dtype in (torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64):
    limits = torch.iinfo(dtype)
    print(dtype, limits.bits, limits.min, limits.max)

wild = torch.tensor([0.0, -0.5, 1.7, -1.7, 127.9, 128.0, 255.0, 256.5, 300.0, 70000.0])
for dtype in (torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.float16, torch.bfloat16):
    print(dtype, wild[:8].to(dtype).tolist() if dtype in (torch.uint8, torch.int8) else wild.to(dtype).tolist())
whole = torch.tensor([0, 1, -1, 127, 128, 255, 256, -129, 2**31, 2**40 + 5])
for dtype in DTYPES:
    print(dtype, whole.to(dtype).tolist())
for dtype in (torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64):
    top = torch.tensor([torch.iinfo(dtype).max, torch.iinfo(dtype).min], dtype=dtype)
    print(top + 1, top * 2, -top, top - top[1], top // 3, top % 7, top << 1, top >> 1, ~top)
print(torch.tensor([1, 2]) / 2, torch.tensor([7, -7]) // 2, torch.tensor([7, -7]) % 3, torch.tensor([True]) + True, 2 ** torch.tensor([3]))
print(torch.tensor([1.9]).int(), torch.tensor([1.9]).long(), torch.tensor([2]).bool(), torch.tensor([1]).half(), torch.tensor([1 + 2j]).real)

torch.set_default_dtype(torch.float64)
print(torch.tensor(1.5).dtype, torch.zeros(1).dtype, torch.tensor(1j).dtype, torch.arange(3).dtype, torch.arange(3.0).dtype, torch.tensor(1.5))
print(torch.tensor([1.5], dtype=torch.float32), (torch.tensor([1]) / 2).dtype, torch.get_default_dtype(), torch.Tensor([1]).dtype)
torch.set_default_dtype(torch.float32)
print(torch.tensor(0.1, dtype=torch.float64).item(), torch.tensor(0.1).item(), torch.tensor(0.1, dtype=torch.float16).item(), torch.tensor(0.1, dtype=torch.bfloat16).item())
for method in ("float", "double", "half", "bfloat16", "int", "long", "short", "char", "byte", "bool", "cfloat", "cdouble"):
    print(method, getattr(torch.tensor([1.5, 0.0]), method)())
