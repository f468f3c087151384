"""`torch.nn.functional`: the engine's ops are added when it is bound. Here is what PyTorch, too, says in Python and a schema cannot."""

from .. import _ops
from .._names import module_getattr
from .._tensor import _here
from ._resampling import interpolate, upsample, upsample_bilinear, upsample_nearest
from ._sampling import affine_grid, grid_sample

__getattr__ = module_getattr("torch.nn.functional")

_neg = _ops.op("neg")
_softmax, _log_softmax = _ops.op("softmax"), _ops.op("log_softmax")
_add, _sub, _minimum, _clamp = _ops.op("add"), _ops.op("sub"), _ops.op("minimum"), _ops.op("clamp")
_pairwise_distance = _ops.op("pairwise_distance")
_reductions = {"mean": _ops.op("mean"), "sum": _ops.op("sum")}


def softmax(input, dim=None, _stacklevel=3, dtype=None):
    return _along(_softmax, _here(), "softmax", input, dim, dtype)


def softmin(input, dim=None, _stacklevel=3, dtype=None):
    site = _here()
    return _along(_softmax, site, "softmin", _neg(site, input), dim, dtype)


def log_softmax(input, dim=None, _stacklevel=3, dtype=None):
    return _along(_log_softmax, _here(), "log_softmax", input, dim, dtype)


def _along(op, site, name, input, dim, dtype):
    if dim is None:
        import warnings

        warnings.warn(
            f"Implicit dimension choice for {name} has been deprecated. Change the call to include dim=X as an argument.",
            stacklevel=3,
        )
        dim = 0 if input.dim() in (0, 1, 3) else 1
    return op(site, input, dim) if dtype is None else op(site, input, dim, dtype=dtype)


_empty_like, _exponential, _log, _div = _ops.op("empty_like"), _ops.op(".exponential_"), _ops.op("log"), _ops.op("div")
_max, _zeros_like, _scatter, _detach = _ops.op("max"), _ops.op("zeros_like"), _ops.op(".scatter_"), _ops.op(".detach")


def gumbel_softmax(logits, tau=1, hard=False, eps=1e-10, dim=-1):
    """A sample of a categorical distribution, or near one, through which gradients go. Jang et al. (2017)."""
    site = _here()
    if eps != 1e-10:
        import warnings

        warnings.warn("`eps` parameter is deprecated and has no effect.", stacklevel=2)
    noise = _neg(site, _log(site, _exponential(site, _empty_like(site, logits))))
    soft = _softmax(site, _div(site, _add(site, logits, noise), tau), dim)
    if not hard:
        return soft
    index = _max(site, soft, dim, keepdim=True)[1]
    choice = _scatter(site, _zeros_like(site, logits), dim, index, 1.0)
    return _add(site, _sub(site, choice, _detach(site, soft)), soft)


def triplet_margin_with_distance_loss(
    anchor, positive, negative, *, distance_function=None, margin=1.0, swap=False, reduction="mean"
):
    """The distance is any function of two tensors."""
    site = _here()
    if distance_function is None:
        distance_function = _pairwise_distance_of(site)
    near = distance_function(anchor, positive)
    far = distance_function(anchor, negative)
    if swap:
        far = _minimum(site, far, distance_function(positive, negative))
    losses = _clamp(site, _add(site, _sub(site, near, far), margin), min=0.0)
    if reduction == "none":
        return losses
    if reduction not in _reductions:
        raise ValueError(f"{reduction} is not a valid value for reduction")
    return _reductions[reduction](site, losses)


def _pairwise_distance_of(site):
    return lambda a, b: _pairwise_distance(site, a, b)


def _warns_of_sizes(name):
    """A loss whose target should have the size of its input: that the two broadcast is seldom what was meant."""
    loss = _ops.op(f"F.{name}")

    def call(input, target, *args, **kwargs):
        if target.size() != input.size():
            import warnings

            warnings.warn(
                f"Using a target size ({target.size()}) that is different to the input size ({input.size()}). "
                "This will likely lead to incorrect results due to broadcasting. Please ensure they have the same size.",
                stacklevel=2,
            )
        return loss(_here(), input, target, *args, **kwargs)

    call.__name__ = call.__qualname__ = name
    return call


mse_loss = _warns_of_sizes("mse_loss")
l1_loss = _warns_of_sizes("l1_loss")
smooth_l1_loss = _warns_of_sizes("smooth_l1_loss")
huber_loss = _warns_of_sizes("huber_loss")


def _adaptive(name, dims):
    """`output_size` may have None in it, for the size of the input."""
    pool = _ops.op(f"F.{name}")

    def call(input, output_size, *args, **kwargs):
        if isinstance(output_size, (list, tuple)) and None in output_size:
            sizes = input.size()[-dims:]
            output_size = tuple([size if wanted is None else wanted for size, wanted in zip(sizes, output_size)])
        return pool(_here(), input, output_size, *args, **kwargs)

    call.__name__ = call.__qualname__ = name
    return call


adaptive_avg_pool2d, adaptive_avg_pool3d = _adaptive("adaptive_avg_pool2d", 2), _adaptive("adaptive_avg_pool3d", 3)
adaptive_max_pool2d, adaptive_max_pool3d = _adaptive("adaptive_max_pool2d", 2), _adaptive("adaptive_max_pool3d", 3)
