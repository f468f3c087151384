# Hooks of every kind that a Module takes: when they are called, with what, and what their answers do.
import warnings

import torch
from torch import nn
from torch.nn.modules import module as modules


def say(label, call):
    try:
        print(label, "->", call())
    except Exception as error:
        print(label, "!!", type(error).__name__, error)


class Twice(nn.Module):
    def forward(self, x):
        return x * 2


class Pair(nn.Module):
    def forward(self, a, b):
        return a * b, a + 1


class Named(nn.Module):
    def forward(self, *tensors):
        return {"x": tensors[0] * tensors[1]}


class Same(nn.Module):
    def forward(self, x):
        return x


class Columns(nn.Module):
    def forward(self, x):
        return x.unbind(1)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 2)
        self.register_buffer("scale", torch.full((1,), 3.0))

    def forward(self, x):
        return self.layer(x) * self.scale


torch.manual_seed(1)
x = torch.tensor([[1.0, 2.0]], requires_grad=True)


def told(module, grad_input, grad_output):
    print("backward", type(module).__name__, grad_input, grad_output)


def forget():
    x.grad = None


net = Net()
handle = net.register_full_backward_hook(told)
say("mixed", lambda: net.register_backward_hook(told))
out = net(x)
print(type(out.grad_fn).__name__, [type(f).__name__ for f, _ in out.grad_fn.next_functions], out.grad_fn.name())
out.sum().backward()
out = net(torch.ones(1, 2))
out.sum().backward()
handle.remove()
net(x).sum().backward()
say("mixed", lambda: net.register_backward_hook(told))
other = Net()
other.register_backward_hook(told)
say("mixed", lambda: other.register_full_backward_hook(told))
other(x).sum().backward()

pair = Pair()
pair.register_full_backward_hook(told)
first, second = pair(x, x)
print(first.grad_fn is second.grad_fn, [type(f).__name__ for f, _ in first.grad_fn.next_functions])
first.sum().backward()
pair(x, x)[1].sum().backward()
pair(x, 3.0)[0].sum().backward()
named = Named()
named.register_full_backward_hook(told)
named(x, 3)["x"].sum().backward()

for answer in (lambda m, i, o: (i[0] * 10,), lambda m, i, o: i[0] * 10, lambda m, i, o: (1, 2), lambda m, i, o: 3, lambda m, i, o: None, lambda m, i, o: (i[0].double(),)):
    twice = Twice()
    twice.register_full_backward_hook(answer)
    forget()
    say("answer", lambda: twice(x).sum().backward())
    print(x.grad)
for answer in (lambda m, i, o: (o[0] * 10,), lambda m, i, o: (None,), lambda m, i, o: print(i, o)):
    layer = nn.Linear(2, 2)
    layer.register_full_backward_hook(answer)
    say("no gradient of inputs", lambda: layer(torch.ones(1, 2)).sum().backward())
twice = Twice()
twice.register_full_backward_hook(lambda m, i, o: print("1", i, o) or (i[0] * 2,))
twice.register_full_backward_hook(lambda m, i, o: print("2", i, o) or (i[0] * 3,))
forget()
twice(x).sum().backward()
print(x.grad)
nested = nn.Sequential(Twice(), nn.Sequential(Twice(), nn.ReLU()))
for part in nested.modules():
    part.register_full_backward_hook(told)
nested(x).sum().backward()
say("in place", lambda: nested(x).add_(1))
with torch.no_grad():
    print(nested(x).grad_fn)
rectified = nn.ReLU(inplace=True)
rectified.register_full_backward_hook(told)
say("in place", lambda: rectified(x * 1))
print(torch.autograd.grad(nested(x).sum(), x, create_graph=True)[0].requires_grad)

for make, arguments in ((Pair, (x, x)), (Pair, (x * 1, x * 1)), (Named, (x, x)), (Same, (x,)), (Same, (torch.ones(1),)), (Columns, (x,)), (Twice, (x * 1,)), (Twice, ([1],)), (nn.Tanh, (x * 1,)), (nn.Tanh, (x,))):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        regular = make()
        regular.register_backward_hook(told)
        say(make.__name__, lambda: type(regular(*arguments)).__name__)
        print([str(warning.message) for warning in caught])
regular = nn.Tanh()
regular.register_backward_hook(lambda m, i, o: (i[0] * 2,))
forget()
regular(x * 0.1).sum().backward()
print(x.grad)

twice = Twice()
twice.register_forward_hook(lambda m, i, o: print("after", i, o))
handle = twice.register_forward_pre_hook(lambda m, i: (i[0] + 1,))
print(twice(x))
handle.remove()
handle.remove()
with twice.register_forward_pre_hook(lambda m, i: i[0] - 1):
    print(twice(x))
print(twice(x))
twice.register_forward_hook(lambda m, i, o: o + 100)
twice.register_forward_hook(lambda m, i, o: "text")
print(twice(x))
twice.register_forward_pre_hook(lambda m, i: 5)
print(twice(x))

after = modules.register_module_forward_hook(lambda m, i, o: print("global after", type(m).__name__))
before = modules.register_module_forward_pre_hook(lambda m, i: print("global before", type(m).__name__))
backward = modules.register_module_full_backward_hook(told)
say("mixed", lambda: modules.register_module_backward_hook(told))
net = Net()
net.register_forward_hook(lambda m, i, o: print("own after"))
net.register_forward_pre_hook(lambda m, i: print("own before"))
net.register_full_backward_hook(lambda m, i, o: print("own backward"))
net(x).sum().backward()
for handle in (after, before, backward):
    handle.remove()
net(x).sum().backward()
say("mixed", lambda: modules.register_module_backward_hook(told))
print(after.id < before.id < backward.id)
