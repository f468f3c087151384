# Modules whose parameters get their shapes from the first input.
import copy
import pickle
import warnings

import torch
from torch import nn
from torch.nn.modules.lazy import LazyModuleMixin

warnings.simplefilter("ignore")


def say(label, call):
    try:
        print(label, "->", call())
    except Exception as error:
        print(label, "!!", type(error).__name__, error)


class LazyScale(LazyModuleMixin, nn.Linear):
    cls_to_become = nn.Linear

    def __init__(self, out_features):
        super().__init__(0, 0, False)
        self.out_features = out_features
        self.weight = nn.UninitializedParameter()
        self.bias = nn.UninitializedParameter()
        self.register_buffer("count", nn.UninitializedBuffer())

    def reset_parameters(self):
        if not self.has_uninitialized_params() and self.in_features != 0:
            super().reset_parameters()

    def initialize_parameters(self, x):
        if self.has_uninitialized_params():
            with torch.no_grad():
                self.in_features = x.shape[-1]
                self.weight.materialize((self.out_features, self.in_features))
                self.bias.materialize((self.out_features,))
                self.count.materialize(())
                self.reset_parameters()


torch.manual_seed(4)
lazy = LazyScale(3)
print(lazy, lazy.weight, lazy.bias, lazy.count, lazy.has_uninitialized_params())
weight = lazy.weight
say("shape", lambda: weight.shape)
say("size", lambda: (weight.size(), weight.dtype, weight.device, weight.is_floating_point(), weight.requires_grad, weight.is_leaf, weight.grad))
say("data", lambda: weight.data)
for name in ("sum", "detach", "numel", "dim", "zero_", "normal_", "clone"):
    say(name, lambda: getattr(weight, name)())
say("add", lambda: weight + 1)
say("add", lambda: 1 + weight)
say("matmul", lambda: torch.ones(2, 2) @ weight)
say("index", lambda: weight[0])
say("share", lambda: lazy.share_memory())
say("state", lambda: list(lazy.state_dict().items()))
say("copy", lambda: copy.deepcopy(weight))
say("pickle", lambda: pickle.loads(pickle.dumps([weight, lazy.count])))
say("count", lambda: sum(parameter.numel() for parameter in lazy.parameters()))
print(isinstance(weight, nn.Parameter), isinstance(weight, nn.UninitializedParameter), isinstance(lazy.count, nn.UninitializedBuffer))
optimizer = torch.optim.SGD(lazy.parameters(), lr=0.1)
double = LazyScale(2).double()
print(double.weight.dtype, double(torch.ones(1, 2).double()).dtype, double.weight.dtype)
out = lazy(torch.ones(1, 2))
print(out, lazy, type(lazy).__name__, weight is lazy.weight, type(weight).__name__, type(lazy.count).__name__)
print(list(lazy.__dict__), len(lazy._forward_pre_hooks), len(lazy._load_state_dict_pre_hooks))
out.sum().backward()
optimizer.step()
print(lazy.weight.grad, lazy.weight.shape)
other = LazyScale(3)
say("shapes from a state", lambda: other.load_state_dict(lazy.state_dict()))
print(other.weight.shape, type(other).__name__, torch.equal(other(torch.ones(1, 2)), lazy(torch.ones(1, 2))), type(other).__name__)
say("lazy into lazy", lambda: LazyScale(2).load_state_dict(LazyScale(2).state_dict()))
say("lazy into other", lambda: lazy.load_state_dict(LazyScale(3).state_dict()))


class Unfinished(LazyModuleMixin, nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.UninitializedParameter()

    def forward(self, x):
        return x


class Unfilled(Unfinished):
    def initialize_parameters(self, x):
        pass


say("unfinished", lambda: Unfinished()(1))
say("unfilled", lambda: Unfilled()(1))
parameter = nn.UninitializedParameter(dtype=torch.float64)
parameter.materialize((2,))
print(type(parameter).__name__, parameter.dtype, parameter.requires_grad)
buffer = nn.UninitializedBuffer()
print(buffer, repr(parameter.shape))
buffer.materialize((1,), dtype=torch.int64)
print(type(buffer).__name__, buffer.dtype, buffer.requires_grad)
