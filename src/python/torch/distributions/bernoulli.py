import math

import torch
from torch.nn import functional

from . import constraints
from .distribution import Distribution
from .exp_family import ExponentialFamily
from .utils import BinaryParameter, broadcast_all, checked, put


class Bernoulli(BinaryParameter, ExponentialFamily):
    arg_constraints = {"probs": constraints.unit_interval, "logits": constraints.real}
    support = constraints.boolean
    has_enumerate_support = True
    _kept = ("_by_probs",)
    mean = property(lambda self: self.probs)
    mode = property(lambda self: put((self.probs >= 0.5).to(self.probs), self.probs == 0.5, math.nan))
    variance = property(lambda self: self.probs * (1 - self.probs))

    def __init__(self, probs=None, logits=None, validate_args=None):
        self._take(probs, logits)
        Distribution.__init__(self, self._param.size(), validate_args=validate_args)

    def sample(self, sample_shape=torch.Size()):
        with torch.no_grad():
            return torch.bernoulli(self.probs.expand(self._extended_shape(sample_shape)))

    @checked
    def log_prob(self, value):
        logits, value = broadcast_all(self.logits, value)
        return -functional.binary_cross_entropy_with_logits(logits, value, reduction="none")

    def entropy(self):
        return functional.binary_cross_entropy_with_logits(self.logits, self.probs, reduction="none")

    def enumerate_support(self, expand=True):
        return self._counted(2, self._param.dtype, expand)
