"""Anomaly mode: an error in backward tells which line of the forward caused it."""

import warnings
from sys import _getframe

from .. import _bridge, _sites

_key = None
_enabled = False
_check_nan = True


def is_anomaly_enabled():
    return _enabled


def is_anomaly_check_nan_enabled():
    return _check_nan


def _set(enabled, check_nan):
    global _key, _enabled, _check_nan
    if _key is None:
        _key = _bridge.keep(lambda *_: _sites.traceback_of(_getframe(1)))
    _enabled, _check_nan = enabled, check_nan
    _bridge.E.setAnomaly(_key if enabled else 0, check_nan)


class detect_anomaly:
    """Inside of it nodes remember where they were made, and a gradient of NaN is an error."""

    def __init__(self, check_nan=True):
        self.prev = _enabled
        self.check_nan = check_nan
        self.prev_check_nan = _check_nan
        warnings.warn(
            "Anomaly Detection has been enabled. This mode will increase the runtime and should only be enabled for debugging.",
            stacklevel=2,
        )

    def __enter__(self):
        _set(True, self.check_nan)

    def __exit__(self, *args):
        _set(self.prev, self.prev_check_nan)


class set_detect_anomaly:
    """Takes effect when called; inside of `with`, until its end."""

    def __init__(self, mode, check_nan=True):
        self.prev = _enabled
        self.prev_check_nan = _check_nan
        _set(bool(mode), check_nan)

    def __enter__(self):
        pass

    def __exit__(self, *args):
        _set(self.prev, self.prev_check_nan)


for _class in (detect_anomaly, set_detect_anomaly):
    _class.__module__ = "torch.autograd.anomaly_mode"
