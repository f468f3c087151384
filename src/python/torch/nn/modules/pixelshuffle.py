"""Channels made pixels, and back. Shi et al., Real-time single image and video super-resolution (2016)."""

from .. import functional as F
from .module import Module
from .utils import shows


class PixelShuffle(Module):
    def __init__(self, upscale_factor):
        super().__init__()
        self.upscale_factor = upscale_factor

    def forward(self, input):
        return F.pixel_shuffle(input, self.upscale_factor)

    extra_repr = shows("upscale_factor={upscale_factor}")


class PixelUnshuffle(Module):
    def __init__(self, downscale_factor):
        super().__init__()
        self.downscale_factor = downscale_factor

    def forward(self, input):
        return F.pixel_unshuffle(input, self.downscale_factor)

    extra_repr = shows("downscale_factor={downscale_factor}")
