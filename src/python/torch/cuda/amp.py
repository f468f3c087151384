"""`torch.cuda.amp`: there is no CUDA, so nothing is cast and nothing is scaled, as PyTorch does it without a GPU."""

import functools
import warnings

from .. import _types
from ..amp import autocast_mode


class autocast(autocast_mode.autocast):
    def __init__(self, enabled=True, dtype=_types.dtypes["float16"], cache_enabled=True):
        super().__init__("cuda", enabled=enabled, dtype=dtype, cache_enabled=cache_enabled)


autocast.__module__ = "torch.cuda.amp.autocast_mode"


def custom_fwd(fwd=None, *, cast_inputs=None):
    """Of a `Function`'s forward; outside of autocast it is as it stands."""
    return functools.partial(custom_fwd, cast_inputs=cast_inputs) if fwd is None else fwd


def custom_bwd(bwd):
    return bwd


class GradScaler:
    """Scales nothing: its scale is 1."""

    def __init__(self, init_scale=2.0**16, growth_factor=2.0, backoff_factor=0.5, growth_interval=2000, enabled=True):
        if enabled:
            warnings.warn("torch.cuda.amp.GradScaler is enabled, but CUDA is not available.  Disabling.")
        self._enabled = False

    def scale(self, outputs):
        return outputs

    def unscale_(self, optimizer):
        pass

    def step(self, optimizer, *args, **kwargs):
        return optimizer.step(*args, **kwargs)

    def update(self, new_scale=None):
        pass

    def get_scale(self):
        return 1.0

    def is_enabled(self):
        return False

    def state_dict(self):
        return {}

    def load_state_dict(self, state_dict):
        pass


GradScaler.__module__ = "torch.cuda.amp.grad_scaler"
