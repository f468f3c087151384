"""What a long program drops is let go, and a graph may be as long as it likes."""
import gc
import weakref

import torch

torch.manual_seed(0)
STEPS = 1500


class Mark:
    """Something that is noticed while it lives."""

    alive = weakref.WeakSet()

    def __init__(self):
        Mark.alive.add(self)


class Double(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.mark = Mark()
        return x * 2

    @staticmethod
    def backward(ctx, grad):
        return grad * 2


class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.mark = Mark()
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return 2 * grad * x


def marked_hook():
    mark = Mark()
    return lambda *args: None if mark else None


def pack(tensor):
    return Mark(), tensor


def unpack(packed):
    return packed[1]


weight = torch.randn(3, requires_grad=True)


def custom_backward():
    Double.apply(weight).sum().backward()


def custom_dropped():
    Double.apply(weight).sum()


def saving_dropped():
    Square.apply(Double.apply(weight)).sum()


def tensor_hooks():
    middle = weight * 2
    middle.register_hook(marked_hook())
    middle.sum().backward()


def node_hooks():
    middle = weight * 2
    middle.grad_fn.register_hook(marked_hook())


def packed_backward():
    with torch.autograd.graph.saved_tensors_hooks(pack, unpack):
        loss = (weight * weight).sum()
    loss.backward()


def packed_dropped():
    with torch.autograd.graph.saved_tensors_hooks(pack, unpack):
        (weight * weight).sum()


def failing():
    middle = Square.apply(weight)
    try:
        middle.backward()
    except RuntimeError:
        pass


for step in (custom_backward, custom_dropped, saving_dropped, tensor_hooks, node_hooks, packed_backward, packed_dropped, failing):
    Mark.alive.clear()
    for _ in range(STEPS):
        step()
    gc.collect()
    print(step.__name__, len(Mark.alive) < STEPS * 0.8)

state = torch.zeros(128, 128)
for _ in range(10_000):
    state = (state @ torch.eye(128)).t() + 1 if _ % 100 == 0 else state + 1
print("64 KiB, 10,000 times:", state[0, 0].item())

kept = Double.apply(weight)
node = kept.grad_fn
for _ in range(STEPS):
    custom_dropped()
kept.sum().backward()
print("what is held lives on:", node.mark in Mark.alive, node.next_functions[0][0].variable is weight)

x = torch.tensor(1.0, requires_grad=True)
y = x
for _ in range(100_000):
    y = y + x
y.backward()
print("100,000 sums:", x.grad.item())

x = torch.ones(2, 3, requires_grad=True)
y = x
for _ in range(10_000):
    y = y.t()
y.sum().backward()
print("10,000 views:", x.grad.tolist())

x = torch.tensor(1.0, requires_grad=True)
y = x
for _ in range(2_000):
    y = Double.apply(y) * 0.5
y.backward()
print("2,000 functions:", x.grad.item())
