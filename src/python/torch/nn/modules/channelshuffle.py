"""Channels of several groups, mixed."""

from .. import functional as F
from .module import Module
from .utils import shows


class ChannelShuffle(Module):
    def __init__(self, groups):
        super().__init__()
        self.groups = groups

    def forward(self, input):
        return F.channel_shuffle(input, self.groups)

    extra_repr = shows("groups={groups}")
