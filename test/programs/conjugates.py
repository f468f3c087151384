"""`conj()` is a view: what is written through it lands in the memory of its base, conjugated."""

import torch

x = torch.tensor([1 + 2j, 3 - 1j], dtype=torch.complex128)
y = x.conj()
print(y, y.is_conj(), x.is_conj(), y.conj().is_conj())
print(y[0].is_conj(), y.reshape(2, 1).is_conj(), y.contiguous().is_conj(), (y + 0).is_conj(), y.clone().is_conj())
y.mul_(2)
print(x)
y.copy_(torch.tensor([5 + 1j, 6]))
print(x, y.real, y.imag, y.tolist(), y[0].item())
print(y.resolve_conj(), y.resolve_conj().is_conj(), torch.conj_physical(y))
try:
    torch.view_as_real(y)
except RuntimeError as error:
    print(error)
real = torch.ones(2)
print(real.conj() is real, real.resolve_conj() is real)

z = torch.tensor([1 + 2j, 3j], dtype=torch.complex128, requires_grad=True)
w = (z * 1).conj()
(w * (2 + 1j)).sum().real.backward()
print(z.grad, w.grad_fn.name())
