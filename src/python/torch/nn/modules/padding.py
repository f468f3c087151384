"""What lies beyond an image's edges."""

from .. import functional as F
from .module import Module
from .utils import _ntuple, _pair, _quadruple, shows

_sextuple = _ntuple(6, "_sextuple")


class _ConstantPadNd(Module):
    """`_spread` makes a number of each side."""

    def __init__(self, padding, value):
        super().__init__()
        self.padding = self._spread(padding)
        self.value = value

    def forward(self, input):
        return F.pad(input, self.padding, "constant", self.value)

    extra_repr = shows("padding={padding}, value={value}")


class ConstantPad1d(_ConstantPadNd):
    _spread = staticmethod(_pair)


class ConstantPad2d(_ConstantPadNd):
    _spread = staticmethod(_quadruple)


class ConstantPad3d(_ConstantPadNd):
    _spread = staticmethod(_sextuple)


class ZeroPad2d(ConstantPad2d):
    def __init__(self, padding):
        super().__init__(padding, 0.0)

    extra_repr = shows("{padding}")


class _ReflectionPadNd(Module):
    def __init__(self, padding):
        super().__init__()
        self.padding = self._spread(padding)

    def forward(self, input):
        return F.pad(input, self.padding, "reflect")

    extra_repr = shows("{padding}")


class ReflectionPad1d(_ReflectionPadNd):
    _spread = staticmethod(_pair)


class ReflectionPad2d(_ReflectionPadNd):
    _spread = staticmethod(_quadruple)


class ReflectionPad3d(_ReflectionPadNd):
    _spread = staticmethod(_sextuple)


class _ReplicationPadNd(Module):
    def __init__(self, padding):
        super().__init__()
        self.padding = self._spread(padding)

    def forward(self, input):
        return F.pad(input, self.padding, "replicate")

    extra_repr = shows("{padding}")


class ReplicationPad1d(_ReplicationPadNd):
    _spread = staticmethod(_pair)


class ReplicationPad2d(_ReplicationPadNd):
    _spread = staticmethod(_quadruple)


class ReplicationPad3d(_ReplicationPadNd):
    _spread = staticmethod(_sextuple)
