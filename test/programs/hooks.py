# Hooks on tensors see gradients, and may change them; retain_grad keeps one.
import torch

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * 3
y.retain_grad()
y.register_hook(lambda grad: print("y receives", grad))
handle = y.register_hook(lambda grad: grad * 2)
x.register_hook(lambda grad: print("x receives", grad))
z = (y * y).sum()
z.backward(retain_graph=True)
print(x.grad, y.grad)
handle.remove()
x.grad = None
z.backward()
print(x.grad, y.grad)


def broken(grad):
    raise ValueError("no gradient today")


w = (x * 2).sum()
w.register_hook(broken)
try:
    w.backward()
except ValueError as error:
    print(type(error).__name__, error)
