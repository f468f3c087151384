"""Exponential families (Wainwright and Jordan, 2008): distributions by natural parameters and a log-normalizer."""

import torch

from .distribution import Distribution


class ExponentialFamily(Distribution):
    @property
    def _natural_params(self):
        raise NotImplementedError

    def _log_normalizer(self, *natural_params):
        raise NotImplementedError

    @property
    def _mean_carrier_measure(self):
        raise NotImplementedError

    def entropy(self):
        """By the log-normalizer F of the parameters θ: F(θ) − θᵀ∇F(θ), less the carrier's mean."""
        start = -self._mean_carrier_measure
        params = [param.detach().requires_grad_() for param in self._natural_params]
        normalizer = self._log_normalizer(*params)
        grads = torch.autograd.grad(normalizer.sum(), params, create_graph=True)
        result = start + normalizer
        for param, grad in zip(params, grads):
            result = result - (param * grad).reshape(self._batch_shape + (-1,)).sum(-1)
        return result
