"""Dimensions made one, and one made several."""

from .module import Module
from .utils import shows


class Flatten(Module):
    def __init__(self, start_dim=1, end_dim=-1):
        super().__init__()
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, input):
        return input.flatten(self.start_dim, self.end_dim)

    extra_repr = shows("start_dim={start_dim}, end_dim={end_dim}")


class Unflatten(Module):
    """`unflattened_size`: numbers, or with a dimension's name pairs of name and number."""

    def __init__(self, dim, unflattened_size):
        super().__init__()
        if isinstance(dim, int):
            _require(unflattened_size, int, (tuple, list), "ints")
        elif isinstance(dim, str):
            _require(unflattened_size, tuple, tuple, "tuples")
        else:
            raise TypeError("invalid argument type for dim parameter")
        self.dim = dim
        self.unflattened_size = unflattened_size

    def forward(self, input):
        return input.unflatten(self.dim, self.unflattened_size)

    extra_repr = shows("dim={dim}, unflattened_size={unflattened_size}")


def _require(sizes, item, containers, items):
    if not isinstance(sizes, containers):
        raise TypeError(f"unflattened_size must be a tuple of {items}, but found type {type(sizes).__name__}")
    for position, size in enumerate(sizes):
        if not isinstance(size, item):
            raise TypeError(f"unflattened_size must be tuple of {items}, but found element of type {type(size).__name__} at pos {position}")
