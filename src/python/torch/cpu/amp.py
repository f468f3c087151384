"""`torch.cpu.amp`: `autocast` for the CPU."""

from .. import _types
from ..amp import autocast_mode


class autocast(autocast_mode.autocast):
    def __init__(self, enabled=True, dtype=_types.dtypes["bfloat16"], cache_enabled=True):
        super().__init__("cpu", enabled=enabled, dtype=dtype, cache_enabled=cache_enabled)


autocast.__module__ = "torch.cpu.amp.autocast_mode"
