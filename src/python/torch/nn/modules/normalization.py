"""Normalization over the parts of one sample."""

import numbers

import torch

from .. import functional as F
from .. import init
from ..parameter import Parameter
from .module import Module
from .utils import shows


class LocalResponseNorm(Module):
    def __init__(self, size, alpha=1e-4, beta=0.75, k=1.0):
        super().__init__()
        self.size = size
        self.alpha = alpha
        self.beta = beta
        self.k = k

    def forward(self, input):
        return F.local_response_norm(input, self.size, self.alpha, self.beta, self.k)

    extra_repr = shows("{size}, alpha={alpha}, beta={beta}, k={k}")


class LayerNorm(Module):
    """The last dimensions of each sample to mean 0 and variance 1. Ba et al., Layer normalization (2016)."""

    def __init__(self, normalized_shape, eps=1e-5, elementwise_affine=True, device=None, dtype=None):
        super().__init__()
        single = isinstance(normalized_shape, numbers.Integral)
        self.normalized_shape = (normalized_shape,) if single else tuple(normalized_shape)
        self.eps = eps
        self.elementwise_affine = elementwise_affine
        for name in ("weight", "bias"):
            made = Parameter(torch.empty(self.normalized_shape, device=device, dtype=dtype)) if elementwise_affine else None
            self.register_parameter(name, made)
        self.reset_parameters()

    def reset_parameters(self):
        if self.elementwise_affine:
            init.ones_(self.weight)
            init.zeros_(self.bias)

    def forward(self, input):
        return F.layer_norm(input, self.normalized_shape, self.weight, self.bias, self.eps)

    extra_repr = shows("{normalized_shape}, eps={eps}, elementwise_affine={elementwise_affine}")


class GroupNorm(Module):
    """Groups of channels of each sample to mean 0 and variance 1. Wu & He, Group normalization (2018)."""

    def __init__(self, num_groups, num_channels, eps=1e-5, affine=True, device=None, dtype=None):
        super().__init__()
        if num_channels % num_groups != 0:
            raise ValueError("num_channels must be divisible by num_groups")
        self.num_groups = num_groups
        self.num_channels = num_channels
        self.eps = eps
        self.affine = affine
        for name in ("weight", "bias"):
            self.register_parameter(name, Parameter(torch.empty(num_channels, device=device, dtype=dtype)) if affine else None)
        self.reset_parameters()

    def reset_parameters(self):
        if self.affine:
            init.ones_(self.weight)
            init.zeros_(self.bias)

    def forward(self, input):
        return F.group_norm(input, self.num_groups, self.weight, self.bias, self.eps)

    extra_repr = shows("{num_groups}, {num_channels}, eps={eps}, affine={affine}")
