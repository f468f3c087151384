import math

import torch

from . import constraints
from .distribution import Distribution
from .utils import checked, lazy_property, logits_to_probs, one_of, probs_to_logits


class Categorical(Distribution):
    arg_constraints = {"probs": constraints.simplex, "logits": constraints.real_vector}
    has_enumerate_support = True
    _kept = ("_by_probs", "_num_events")
    mean = variance = property(lambda self: self.probs.new_full(self._extended_shape(), math.nan))
    mode = property(lambda self: self.probs.argmax(-1))

    def __init__(self, probs=None, logits=None, validate_args=None):
        one_of(probs, logits)
        self._by_probs = probs is not None
        name, given = ("probs", probs) if self._by_probs else ("logits", logits)
        if given.dim() < 1:
            raise ValueError(f"`{name}` parameter must be at least one-dimensional.")
        if self._by_probs:
            self.probs = probs / probs.sum(-1, keepdim=True)
        else:
            self.logits = logits - logits.logsumexp(dim=-1, keepdim=True)
        self._num_events = given.size(-1)
        super().__init__(given.size()[:-1], validate_args=validate_args)

    @lazy_property
    def logits(self):
        return probs_to_logits(self.probs)

    @lazy_property
    def probs(self):
        return logits_to_probs(self.logits)

    @property
    def _param(self):
        return self.__dict__["probs" if self._by_probs else "logits"]

    @property
    def param_shape(self):
        return self._param.size()

    @constraints.dependent_property(is_discrete=True, event_dim=0)
    def support(self):
        return constraints.integer_interval(0, self._num_events - 1)

    def sample(self, sample_shape=torch.Size()):
        sample_shape = torch.Size(sample_shape)
        rows = self.probs.reshape(-1, self._num_events)
        return torch.multinomial(rows, sample_shape.numel(), True).T.reshape(self._extended_shape(sample_shape))

    @checked
    def log_prob(self, value):
        value, logits = torch.broadcast_tensors(value.long().unsqueeze(-1), self.logits)
        return logits.gather(-1, value[..., :1]).squeeze(-1)

    def entropy(self):
        logits = torch.clamp(self.logits, min=torch.finfo(self.logits.dtype).min)
        return -(logits * self.probs).sum(-1)

    def enumerate_support(self, expand=True):
        return self._counted(self._num_events, torch.long, expand)


class OverCategorical(Distribution):
    """A distribution over vectors that a categorical distribution is behind."""

    arg_constraints = {"probs": constraints.simplex, "logits": constraints.real_vector}
    probs = property(lambda self: self._categorical.probs)
    logits = property(lambda self: self._categorical.logits)
    param_shape = property(lambda self: self._categorical.param_shape)
    _param = property(lambda self: self._categorical._param)

    def _stand_on(self, categorical, validate_args):
        self._categorical = categorical
        Distribution.__init__(self, categorical.batch_shape, categorical.param_shape[-1:], validate_args=validate_args)

    def expand(self, batch_shape, _instance=None):
        new = self._get_checked_instance(_instance=_instance)
        for name in self._kept:
            setattr(new, name, getattr(self, name))
        new._stand_on(self._categorical.expand(batch_shape), False)
        new._validate_args = self._validate_args
        return new
