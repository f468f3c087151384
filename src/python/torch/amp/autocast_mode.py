"""`torch.autocast`: on the CPU, in bfloat16; the engine knows which ops are cast."""

import functools
import warnings

from .. import _bridge, _types

__all__ = [
    "autocast",
    "autocast_decrement_nesting",
    "autocast_increment_nesting",
    "clear_autocast_cache",
    "get_autocast_cpu_dtype",
    "get_autocast_gpu_dtype",
    "is_autocast_cache_enabled",
    "is_autocast_cpu_enabled",
    "is_autocast_enabled",
    "set_autocast_cache_enabled",
    "set_autocast_cpu_dtype",
    "set_autocast_cpu_enabled",
    "set_autocast_enabled",
    "set_autocast_gpu_dtype",
]
_nesting = 0
_cached = True


def is_autocast_cpu_enabled():
    return _bridge.E.autocast() == 1


def set_autocast_cpu_enabled(enabled):
    _bridge.E.setAutocast(bool(enabled), _cached)


def get_autocast_cpu_dtype():
    return _types.dtypes["bfloat16"]


def set_autocast_cpu_dtype(dtype):
    if dtype is not get_autocast_cpu_dtype():
        raise NotImplementedError(f"autocast to {dtype} is not supported by the embedded engine: on the CPU PyTorch casts to torch.bfloat16.")


def is_autocast_enabled():
    """Of CUDA, which is not here."""
    return False


def set_autocast_enabled(enabled):
    pass


def get_autocast_gpu_dtype():
    return _types.dtypes["float16"]


def set_autocast_gpu_dtype(dtype):
    pass


def is_autocast_cache_enabled():
    return _cached


def set_autocast_cache_enabled(enabled):
    global _cached
    _cached = bool(enabled)
    _bridge.E.setAutocast(is_autocast_cpu_enabled(), _cached)


def autocast_increment_nesting():
    global _nesting
    _nesting += 1
    return _nesting


def autocast_decrement_nesting():
    global _nesting
    _nesting -= 1
    return _nesting


def clear_autocast_cache():
    _bridge.E.clearAutocastCache()


class autocast:
    """Inside of it products and convolutions run in bfloat16, and what needs precision in float32. Also a decorator."""

    def __init__(self, device_type, dtype=None, enabled=True, cache_enabled=None):
        if device_type not in ("cuda", "cpu"):
            raise RuntimeError("User specified autocast device_type must be 'cuda' or 'cpu'")
        own = get_autocast_cpu_dtype() if device_type == "cpu" else get_autocast_gpu_dtype()
        self.device = device_type
        self.fast_dtype = own if dtype is None else dtype
        self._cache_enabled = is_autocast_cache_enabled() if cache_enabled is None else cache_enabled
        if device_type == "cuda":
            enabled = False
            warnings.warn("User provided device_type of 'cuda', but CUDA is not available. Disabling")
        elif self.fast_dtype is not own:
            enabled = False
            warnings.warn(
                "In CPU autocast, but the target dtype is not supported. Disabling autocast.\n"
                "CPU Autocast only supports dtype of torch.bfloat16 currently."
            )
        self._enabled = enabled

    def __enter__(self):
        self.prev_cache_enabled = is_autocast_cache_enabled()
        self.prev = is_autocast_cpu_enabled()
        if self.device == "cpu":
            set_autocast_cpu_enabled(self._enabled)
        autocast_increment_nesting()
        set_autocast_cache_enabled(self._cache_enabled)

    def __exit__(self, exc_type, exc_val, exc_tb):
        if autocast_decrement_nesting() == 0:
            clear_autocast_cache()
        if self.device == "cpu":
            set_autocast_cpu_enabled(self.prev)
        set_autocast_cache_enabled(self.prev_cache_enabled)
        return False

    def __call__(self, func):
        @functools.wraps(func)
        def decorated(*args, **kwargs):
            with self:
                return func(*args, **kwargs)

        return decorated


autocast.__module__ = "torch.amp.autocast_mode"
