"""Pieces that distributions share."""

from functools import update_wrapper, wraps
from numbers import Number

import torch

euler_constant = 0.5772156649015329


def broadcast_all(*values):
    """Numbers and tensors as tensors of one shape; numbers take the first tensor's dtype."""
    if not all(isinstance(value, (torch.Tensor, Number)) for value in values):
        raise ValueError(
            "Input arguments must all be instances of numbers.Number, "
            "torch.Tensor or objects implementing __torch_function__."
        )
    tensors = [value for value in values if isinstance(value, torch.Tensor)]
    dtype = tensors[0].dtype if tensors else torch.get_default_dtype()
    made = [value if isinstance(value, torch.Tensor) else torch.tensor(value, dtype=dtype) for value in values]
    return torch.broadcast_tensors(*made)


def _standard_normal(shape, dtype, device=None):
    return torch.empty(shape, dtype=dtype).normal_()


def _sum_rightmost(value, dim):
    return value if dim == 0 else value.reshape(value.shape[:-dim] + (-1,)).sum(-1)


def put(tensor, mask, value):
    """In place, where the mask holds."""
    tensor[mask] = value
    return tensor


def logits_to_probs(logits, is_binary=False):
    return torch.sigmoid(logits) if is_binary else torch.softmax(logits, dim=-1)


def clamp_probs(probs):
    eps = torch.finfo(probs.dtype).eps
    return probs.clamp(min=eps, max=1 - eps)


def probs_to_logits(probs, is_binary=False):
    inner = clamp_probs(probs)
    return torch.log(inner) - torch.log1p(-inner) if is_binary else torch.log(inner)


class lazy_property:
    """Computed when first asked for, with a graph even under `no_grad`."""

    def __init__(self, wrapped):
        self.wrapped = wrapped
        update_wrapper(self, wrapped)

    def __get__(self, instance, obj_type=None):
        if instance is None:
            return self
        with torch.enable_grad():
            value = self.wrapped(instance)
        setattr(instance, self.wrapped.__name__, value)
        return value


def checked(method):
    """A function of a value that may have to lie in the distribution's support."""

    @wraps(method)
    def check_first(self, value):
        if self._validate_args:
            self._validate_sample(value)
        return method(self, value)

    return check_first


def one_of(probs, logits):
    if (probs is None) == (logits is None):
        raise ValueError("Either `probs` or `logits` must be specified, but not both.")


class BinaryParameter:
    """`probs` of a yes, or `logits`: each is computed of the other, where that was given."""

    @lazy_property
    def logits(self):
        return probs_to_logits(self.probs, is_binary=True)

    @lazy_property
    def probs(self):
        return logits_to_probs(self.logits, is_binary=True)

    @property
    def _param(self):
        return self.__dict__["probs" if self._by_probs else "logits"]

    @property
    def param_shape(self):
        return self._param.size()

    def _take(self, probs, logits, *others):
        """Broadcasts what was given together with others, which are returned."""
        one_of(probs, logits)
        self._by_probs = probs is not None
        *others, given = broadcast_all(*others, probs if self._by_probs else logits)
        setattr(self, "probs" if self._by_probs else "logits", given)
        return others
