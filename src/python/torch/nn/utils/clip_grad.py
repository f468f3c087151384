"""Gradients that are kept small: by the norm of all of them together (arXiv:1211.5063), or each element by itself."""

import math
import warnings

import torch


def _grads(parameters):
    parameters = [parameters] if isinstance(parameters, torch.Tensor) else parameters
    return [parameter.grad for parameter in parameters if parameter.grad is not None]


def clip_grad_norm_(parameters, max_norm, norm_type=2.0, error_if_nonfinite=False):
    """Scales the gradients in place so that their norm is at most `max_norm`; what it was is returned."""
    grads = [grad.detach() for grad in _grads(parameters)]
    max_norm, norm_type = float(max_norm), float(norm_type)
    if not grads:
        return torch.tensor(0.0)
    if norm_type == math.inf:
        largest = [grad.abs().max() for grad in grads]
        total = largest[0] if len(largest) == 1 else torch.max(torch.stack(largest))
    else:
        total = torch.norm(torch.stack([torch.norm(grad, norm_type) for grad in grads]), norm_type)
    if error_if_nonfinite and not total.isfinite():
        raise RuntimeError(
            f"The total norm of order {norm_type} for gradients from `parameters` is non-finite, so it cannot be clipped. To "
            "disable this error and scale the gradients by the non-finite norm anyway, set `error_if_nonfinite=False`"
        )
    factor = torch.clamp(max_norm / (total + 1e-6), max=1.0)
    for grad in grads:
        grad.mul_(factor)
    return total


def clip_grad_norm(parameters, max_norm, norm_type=2.0, error_if_nonfinite=False):
    warnings.warn("torch.nn.utils.clip_grad_norm is now deprecated in favor of torch.nn.utils.clip_grad_norm_.", stacklevel=2)
    return clip_grad_norm_(parameters, max_norm, norm_type, error_if_nonfinite)


def clip_grad_value_(parameters, clip_value):
    """Clamps each element of the gradients, in place, to ±`clip_value`."""
    clip_value = float(clip_value)
    for grad in _grads(parameters):
        grad.data.clamp_(min=-clip_value, max=clip_value)
