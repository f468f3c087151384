# What a node keeps: grad_fn._saved_*, and hooks that pack and unpack it.
import torch
from torch.autograd.graph import save_on_cpu, saved_tensors_hooks

x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
w = torch.tensor([0.5, 0.25, 2.0], requires_grad=True)
y = x * w
print(y.grad_fn._saved_self, y.grad_fn._saved_other)
z = y.exp()
print(z.grad_fn._saved_result)
print((x**3).grad_fn._saved_exponent, (x**3).grad_fn._saved_self)
print((x * torch.ones(3)).grad_fn._saved_self)
print(x.sum(0).grad_fn.name(), z.sum().grad_fn.name())
total = z.sum()
total.backward()
try:
    print(z.grad_fn._saved_result)
except RuntimeError as error:
    print(error)
try:
    print(z.grad_fn._saved_nothing)
except AttributeError:
    print("AttributeError")


def pack(tensor):
    print("pack", tensor.shape, tensor)
    return tensor.detach().tolist()


def unpack(packed):
    print("unpack", packed)
    return torch.tensor(packed)


x.grad = w.grad = None
with saved_tensors_hooks(pack, unpack):
    y = x * w
    z = y.exp()
print("outside", (x * x).grad_fn.name())
z.sum().backward()
print(x.grad, w.grad)

x.grad = None
with saved_tensors_hooks(lambda tensor: ("inner", tensor), lambda packed: packed[1] * 2):
    y = x * x
(first,) = torch.autograd.grad(y.sum(), x, create_graph=True)
print(first)

with save_on_cpu():
    y = (x * w).tanh()
y.sum().backward()
print(x.grad, w.grad)

with saved_tensors_hooks(lambda tensor: tensor, lambda packed: "no tensor"):
    y = x.exp()
try:
    y.sum().backward()
except TypeError as error:
    print(error)


mask = torch.tensor([True, False, True])
picked = x.masked_fill(mask, 0.0)
picked.sum().backward()
try:
    picked.sum().backward()
except RuntimeError as error:
    print(error)
