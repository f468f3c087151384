"""Layers that multiply by a matrix, and the one that does nothing."""

import math

from .. import functional as F
from ..parameter import Parameter
from .module import Module


class Linear(Module):
    def __init__(self, in_features, out_features, bias=True, device=None, dtype=None):
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        bound = 1 / math.sqrt(in_features) if in_features > 0 else 0
        self.weight = Parameter(_uniform((out_features, in_features), bound))
        self.bias = Parameter(_uniform((out_features,), bound)) if bias else None

    def forward(self, input):
        return F.linear(input, self.weight, self.bias)

    def __setattr__(self, name, value):
        if name == "bias" and value is None:
            self.register_parameter(name, None)
        else:
            super().__setattr__(name, value)

    def extra_repr(self):
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


def _uniform(size, bound):
    """U(-bound, bound), drawn as PyTorch's `kaiming_uniform_(a=sqrt(5))` draws it."""
    from ... import rand
    from ...autograd import no_grad

    with no_grad():
        return rand(size) * (2 * bound) - bound


class Identity(Module):
    def __init__(self, *args, **kwargs):
        super().__init__()

    def forward(self, input):
        return input
