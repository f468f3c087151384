import torch
from torch.nn import functional

from . import constraints
from .categorical import Categorical, OverCategorical
from .utils import checked


class OneHotCategorical(OverCategorical):
    support = constraints.one_hot
    has_enumerate_support = True
    mean = property(lambda self: self.probs)
    mode = property(lambda self: functional.one_hot(self._categorical.mode, self.probs.shape[-1]).to(self.probs))
    variance = property(lambda self: self.probs * (1 - self.probs))

    def __init__(self, probs=None, logits=None, validate_args=None):
        self._stand_on(Categorical(probs, logits), validate_args)

    def sample(self, sample_shape=torch.Size()):
        return functional.one_hot(self._categorical.sample(sample_shape), self._categorical._num_events).to(self.probs)

    @checked
    def log_prob(self, value):
        return self._categorical.log_prob(value.max(-1)[1])

    def entropy(self):
        return self._categorical.entropy()

    def enumerate_support(self, expand=True):
        n = self.event_shape[0]
        values = torch.eye(n, dtype=self._param.dtype).view((n,) + (1,) * len(self.batch_shape) + (n,))
        return values.expand((n,) + self.batch_shape + (n,)) if expand else values


class OneHotCategoricalStraightThrough(OneHotCategorical):
    """Samples whose gradient is that of the probabilities (arXiv:1308.3432)."""

    has_rsample = True

    def rsample(self, sample_shape=torch.Size()):
        return self.sample(sample_shape) + (self.probs - self.probs.detach())
