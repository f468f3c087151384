"""Where pointwise ops meet what is not finite, what they refuse, and what their in-place forms remember."""

import torch

nan, inf = float("nan"), float("inf")
f = torch.tensor([5.5, -7.5, nan, inf])
i = torch.tensor([5, -7])
b = torch.tensor([True, False])
c = torch.ones(2, dtype=torch.complex64)


def show(call):
    try:
        print(call())
    except (RuntimeError, TypeError) as error:
        print(type(error).__name__, error)


for call in (
    lambda: torch.clamp(f, nan),
    lambda: torch.clamp(f, nan, 1.0),
    lambda: torch.clamp_min(f, nan),
    lambda: torch.clamp(f, 3, 1),
    lambda: torch.clamp(f),
    lambda: torch.clamp(b, False),
    lambda: torch.clamp(c, 1),
    lambda: i.clone().clamp_(2.5),
    lambda: torch.fmod(f, 2),
    lambda: torch.remainder(f, -2),
    lambda: f // 0,
    lambda: i // 0,
    lambda: 5 % torch.tensor([3, -3]),
    lambda: torch.div(i, 2, rounding_mode="x"),
    lambda: torch.div(i, 2, rounding_mode="trunc"),
    lambda: torch.fmax(f, torch.tensor(1.0)),
    lambda: torch.isclose(f, f, equal_nan=True),
    lambda: torch.isclose(f, f.double()),
    lambda: torch.nan_to_num(f, posinf=2.0),
    lambda: torch.add(i, i, alpha=2.5),
    lambda: torch.add(b, b, alpha=2),
    lambda: torch.add(f, f, alpha=1j),
    lambda: torch.sign(c),
    lambda: c < c,
    lambda: f << 1,
    lambda: ~f,
    lambda: +b,
    lambda: i**-1,
    lambda: i.clone().pow_(2.5),
    lambda: f.clone().float_power_(2),
    lambda: torch.pow(b, b),
    lambda: torch.pow("a", 2),
    lambda: torch.eq(2, f),
    lambda: torch.bitwise_and(2, 3),
    lambda: torch.where(b),
    lambda: torch.where(b, i, 2.5),
    lambda: f.double().half().sin(),
    lambda: torch.polar(f, f.double()),
    lambda: torch.special.zeta(2, 3),
    lambda: torch.igamma(i, i),
):
    show(call)

x = torch.tensor([0.5, 2.0], requires_grad=True)
y = x * 1
y.square_()
y.sum().backward()
print(x.grad, y.grad_fn.name())
for make in (
    lambda: torch.floor_divide(x, 2),
    lambda: torch.nextafter(x, torch.ones(2)),
    lambda: torch.special.zeta(x, 2),
    lambda: (x * 1).asinh_(),
):
    y = make()
    show(lambda: y.sum().backward())
print(x.grad)
