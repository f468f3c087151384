# Hooks on backward functions see what arrives and what is sent, and may change it.
import torch

x = torch.tensor([1.0, 2.0], requires_grad=True)
w = torch.tensor([3.0, -1.0], requires_grad=True)
y = x * w
print(y.grad_fn.name(), [(fn.name(), i) for fn, i in y.grad_fn.next_functions])


def watch(grad_inputs, grad_outputs):
    print("sends", grad_inputs, "received", grad_outputs)


handle = y.grad_fn.register_hook(watch)
z = y.sum()
z.backward(retain_graph=True)
print(x.grad, w.grad)
handle.remove()
z.backward(retain_graph=True)
print(x.grad, w.grad)

y.grad_fn.register_hook(lambda sent, received: (sent[0] * 10, sent[1]))
x.grad = w.grad = None
z.backward(retain_graph=True)
print(x.grad, w.grad)

accumulator = x.expand_as(x).grad_fn.next_functions[0][0]
print(accumulator.name(), accumulator.variable is x)
accumulator.register_hook(lambda sent, received: print("accumulated", sent, received, x.grad))
x.grad = w.grad = None
z.backward(retain_graph=True)

y.grad_fn.register_hook(lambda sent, received: sent[:1])
try:
    z.backward(retain_graph=True)
except RuntimeError as error:
    print("RuntimeError:", error)


def fails(sent, received):
    raise KeyError("in the hook")


v = (x * 2).sum()
v.grad_fn.register_hook(fails)
try:
    v.backward()
except KeyError as error:
    print("KeyError:", error)
print(torch.autograd.grad((x * x).sum(), x))
