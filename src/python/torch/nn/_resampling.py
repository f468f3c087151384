"""`torch.nn.functional.interpolate` and its older names: what is asked for is worked out here, in Python as in PyTorch."""

import math
import warnings

from .. import _ops
from .._tensor import _here

_interpolate = _ops.op("F._interpolate")
_area = {rank: _ops.op(f"F.adaptive_avg_pool{rank - 2}d") for rank in (3, 4, 5)}
_ALIGNING = ("linear", "bilinear", "bicubic", "trilinear")
_NOT_ALIGNING = ("nearest", "area", "nearest-exact")


def interpolate(
    input, size=None, scale_factor=None, mode="nearest", align_corners=None, recompute_scale_factor=None, antialias=False
):
    site = _here()
    if mode in _NOT_ALIGNING and align_corners is not None:
        raise ValueError(f"align_corners option can only be set with the interpolating modes: {' | '.join(_ALIGNING)}")
    if size is not None and scale_factor is not None:
        raise ValueError("only one of size or scale_factor should be defined")
    if size is None and scale_factor is None:
        raise ValueError("either size or scale_factor should be defined")
    sizes = _each(input, size, "output size", "output size of {}", "output size in (o1, o2, ...,oK)", "output")
    factors = _each(input, scale_factor, "scale_factor", "scale_factor of shape {}", "scale_factor in (s1, s2, ...,sK)")
    if recompute_scale_factor and size is not None:
        raise ValueError("recompute_scale_factor is not meaningful with an explicit size.")
    if sizes is None and (recompute_scale_factor or mode == "area"):
        sizes = [int(math.floor(float(length) * factor)) for length, factor in zip(input.shape[2:], factors)]
        factors = None
    if antialias and not (mode in ("bilinear", "bicubic") and input.ndim == 4):
        raise ValueError("Anti-alias option is only supported for bilinear and bicubic modes")
    if mode == "area" and input.ndim in _area:
        if None in sizes:
            sizes = [length if wanted is None else wanted for length, wanted in zip(input.shape[2:], sizes)]
        return _area[input.ndim](site, input, sizes)
    align = False if align_corners is None else align_corners
    return _interpolate(site, input, mode, sizes, factors, align, antialias)


def _each(input, given, what, told, form, name=None):
    """A value for each dimension of the image; one number stands for all."""
    if given is None:
        return None
    dims = input.dim() - 2
    if not isinstance(given, (list, tuple)):
        return [given] * dims
    if len(given) != dims:
        raise ValueError(
            f"Input and {name or what} must have the same number of spatial dimensions, but got input with spatial dimensions of "
            f"{list(input.shape[2:])} and {told.format(given)}. Please provide input tensor in (N, C, d1, d2, ...,dK) format and {form} format."
        )
    return given


def _deprecated(name):
    warnings.warn(f"nn.functional.{name} is deprecated. Use nn.functional.interpolate instead.", stacklevel=3)


def upsample(input, size=None, scale_factor=None, mode="nearest", align_corners=None):
    _deprecated("upsample")
    return interpolate(input, size, scale_factor, mode, align_corners)


def upsample_nearest(input, size=None, scale_factor=None):
    _deprecated("upsample_nearest")
    return interpolate(input, size, scale_factor, mode="nearest")


def upsample_bilinear(input, size=None, scale_factor=None):
    _deprecated("upsample_bilinear")
    return interpolate(input, size, scale_factor, mode="bilinear", align_corners=True)
