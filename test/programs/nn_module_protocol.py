# What a Module does with its names: registering, assigning, deleting, finding, converting and printing.
import torch
from torch import nn


def say(label, call):
    try:
        print(label, "->", call())
    except Exception as error:
        print(label, "!!", type(error).__name__, error)


class Empty(nn.Module):
    pass


class Uninitialised(nn.Module):
    def __init__(self):
        pass


class Printed(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.Linear(1, 1)

    def extra_repr(self):
        return "one\ntwo"


class Short(nn.Module):
    def extra_repr(self):
        return "one line"


parameter = nn.Parameter(torch.ones(2))
say("before init", lambda: Uninitialised().register_parameter("a", parameter))
say("before init", lambda: Uninitialised().register_buffer("a", torch.ones(1)))
say("before init", lambda: Uninitialised().add_module("a", Empty()))
say("before init", lambda: setattr(Uninitialised(), "a", parameter))
say("before init", lambda: setattr(Uninitialised(), "a", Empty()))
say("before init", lambda: setattr(Uninitialised(), "a", torch.ones(1)))
say("before init", lambda: repr(Uninitialised()))
say("before init", lambda: list(Uninitialised().parameters()))
say("before init", lambda: Uninitialised().foo)
say("before init", lambda: Uninitialised()(1))

module = Empty()
module.taken = 3
for name in (3, "a.b", "", "taken", "forward", "training"):
    say(f"register {name!r}", lambda: module.register_parameter(name, parameter))
    say(f"register {name!r}", lambda: module.register_buffer(name, torch.ones(1)))
    say(f"register {name!r}", lambda: module.add_module(name, Empty()))
    say(f"register {name!r}", lambda: module.register_module(name, Empty()))
for value in (3, "text", torch.ones(1), [1], Empty, Empty(), parameter, None):
    other = Empty()
    say("parameter of", lambda: other.register_parameter("q", value))
    say("buffer of", lambda: other.register_buffer("q", value))
    say("module of", lambda: other.add_module("q", value))
    print(list(other._parameters), list(other._buffers), list(other._modules))

module.register_parameter("weight", None)
module.register_buffer("mean", None)
module.add_module("child", None)
print(module.weight, module.mean, module.child, module, list(module.state_dict()))
for value in (torch.ones(1), 3, "text", Empty(), parameter, None):
    for name in ("weight", "mean", "child", "plain"):
        say(f"assign {name} {type(value).__name__}", lambda: setattr(module, name, value))
        groups = (module._parameters, module._buffers, module._modules, module.__dict__)
        print([name in group for group in groups])
say("delete", lambda: delattr(module, "nothing"))
say("delete", lambda: delattr(module, "plain"))
say("delete", lambda: delattr(module, "plain"))

module.a = Empty()
module.a.number = 3
module.a.w = parameter
module.a.register_buffer("b", torch.zeros(1))
for path in ("a", "a.b", "a.number", "a.w", "a.zzz", "zzz.a", "", "a."):
    say(f"get {path}", lambda: module.get_submodule(path))
    say(f"get {path}", lambda: module.get_parameter(path))
    say(f"get {path}", lambda: module.get_buffer(path))
say("extra state", lambda: module.get_extra_state())
say("extra state", lambda: module.set_extra_state(1))
say("train", lambda: module.train(1))
say("eval", lambda: (module.eval().a.training, module.train().a.training))
say("forward", lambda: module(1))
say("forward", lambda: module.forward(1))
say("forward", lambda: module(1, other=2))
print([name for name in dir(module) if name in ("a", "weight", "mean", "child", "taken", "training")])
say("children", lambda: [name for name, _ in module.named_children()])
say("apply", lambda: type(module.apply(lambda m: print("apply", type(m).__name__))))

for arguments in ((3,), (), ("foo",), (torch.int32,), ("cpu", torch.float64), ("cuda",), (torch.float32, torch.float64), (None,), (torch.ones(1, dtype=torch.bfloat16),), (torch.float64, True), ([1],), ("cpu", 3)):
    say(f"to", lambda: module.to(*arguments).a.w.dtype)
for options in ({"foo": 1}, {"dtype": torch.float16}, {"device": "cpu"}, {"memory_format": torch.channels_last}, {"dtype": 3}, {"tensor": torch.ones(1)}):
    say(f"to", lambda: module.to(**options).a.w.dtype)
for name in ("cuda", "ipu", "xpu", "cpu", "float", "double", "half", "bfloat16", "share_memory"):
    say(name, lambda: (getattr(module, name)().a.w.dtype, module.a.b.dtype))
say("type", lambda: module.type("torch.DoubleTensor").a.w.dtype)
say("type", lambda: module.type(torch.float32).a.w.dtype)
say("empty", lambda: module.to_empty(device="cpu").a.w.shape)
say("zero_grad", lambda: module.zero_grad())
print(Printed())
print(Short())
print(nn.Sequential(Printed(), Short(), nn.Sequential()))

layer = nn.Linear(2, 2)
weight = layer.weight
layer.weight.grad = torch.ones(2, 2)
gradient = layer.weight.grad
layer.double()
print(layer.weight is weight, weight.dtype, weight.grad.dtype, weight.grad is gradient, weight._version, weight.is_leaf)
print(layer.requires_grad_(False).weight.requires_grad, [name for name, _ in layer.named_parameters(prefix="z")])
shared = nn.Sequential(layer, layer, nn.ReLU())
print([name for name, _ in shared.named_modules()], [name for name, _ in shared.named_modules(remove_duplicate=False)])
print([name for name, _ in shared.named_children()], [name for name, _ in shared.named_parameters()], list(shared.state_dict()))
convolution = nn.Sequential(nn.Conv2d(2, 2, 3)).to(memory_format=torch.channels_last)
print(convolution[0].weight.is_contiguous(memory_format=torch.channels_last), convolution[0].weight.stride())
print([torch.typename(value) for value in (3, "x", Empty, module, None, len, torch, torch.float32, parameter, layer)])
