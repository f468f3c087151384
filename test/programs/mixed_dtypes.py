# One graph, several dtypes: casts are nodes, and each leaf's gradient comes back in the leaf's own dtype.
import torch

master = torch.tensor([0.1, 0.2, 0.3], requires_grad=True)
scale = torch.tensor(2.0, dtype=torch.float64, requires_grad=True)
half = master.half()
brain = master.to(torch.bfloat16)
double = master.double()
print(half, brain, double)
print([t.grad_fn.name() for t in (half, brain, double)], master.float() is master, master.float().grad_fn)

total = (half * 2).float().sum() + brain.float().sum() + (double * scale).sum()
print(total, total.dtype, (half + brain).dtype, (half * double[0]).dtype, (half * scale).dtype)
total.backward()
print(master.grad, scale.grad)

loss_scale = 1024.0
master.grad = None
(master.half() * 1e-4).sum().mul(loss_scale).backward()
print(master.grad, master.grad / loss_scale)

weights = torch.tensor([1, 2, 3])
mask = torch.tensor([True, False, True])
master.grad = None
mixed = master * weights + mask
print(mixed, mixed.dtype, (weights / 2).dtype, (weights // 2).dtype, (mask + mask).dtype)
mixed.sum().backward()
print(master.grad, weights.requires_grad)

z = master.to(torch.complex64) * (1 + 2j)
print(z, z.grad_fn.name(), z.real.grad_fn.name())
master.grad = None
(z.real + z.imag).sum().backward()
print(master.grad, master.grad.dtype)
for leaf in (torch.ones(2, dtype=torch.float16), torch.ones(2, dtype=torch.bfloat16), torch.ones(2, dtype=torch.complex128)):
    leaf.requires_grad_()
    (leaf * leaf).sum().abs().backward()
    print(leaf.grad)
