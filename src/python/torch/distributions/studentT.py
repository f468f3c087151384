import math

import torch

from . import constraints
from .chi2 import Chi2
from .distribution import Distribution
from .utils import _standard_normal, checked, put


class StudentT(Distribution):
    arg_constraints = {"df": constraints.positive, "loc": constraints.real, "scale": constraints.positive}
    support = constraints.real
    has_rsample = True
    mode = property(lambda self: self.loc)
    mean = property(lambda self: put(self.loc.clone(), self.df <= 1, math.nan))

    def __init__(self, df, loc=0.0, scale=1.0, validate_args=None):
        self._broadcast(validate_args, df=df, loc=loc, scale=scale)

    @property
    def variance(self):
        finite = self.df > 2
        df = self.df[finite]
        variance = put(self.df.clone(), finite, self.scale[finite].pow(2) * df / (df - 2))
        return put(put(variance, (self.df <= 2) & (self.df > 1), math.inf), self.df <= 1, math.nan)

    def rsample(self, sample_shape=torch.Size()):
        normal = _standard_normal(self._extended_shape(sample_shape), self.df.dtype)
        return self.loc + self.scale * (normal * torch.rsqrt(Chi2(self.df).rsample(sample_shape) / self.df))

    @checked
    def log_prob(self, value):
        y = (value - self.loc) / self.scale
        gammas = torch.lgamma(0.5 * self.df) - torch.lgamma(0.5 * (self.df + 1.0))
        normalizer = self.scale.log() + 0.5 * self.df.log() + 0.5 * math.log(math.pi) + gammas
        return -0.5 * (self.df + 1.0) * torch.log1p(y**2.0 / self.df) - normalizer

    def entropy(self):
        half, more = 0.5 * self.df, 0.5 * (self.df + 1)
        log_beta = torch.lgamma(half) + math.lgamma(0.5) - torch.lgamma(more)
        return self.scale.log() + more * (torch.digamma(more) - torch.digamma(half)) + 0.5 * self.df.log() + log_beta
