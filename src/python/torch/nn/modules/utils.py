"""What the files of layers share: one number for each dimension, and how a layer is printed."""

from collections.abc import Iterable


def _ntuple(count, name="parse"):
    def parse(value):
        return tuple(value) if isinstance(value, Iterable) else (value,) * count

    parse.__name__ = name
    return parse


_single, _pair, _triple, _quadruple = _ntuple(1, "_single"), _ntuple(2, "_pair"), _ntuple(3, "_triple"), _ntuple(4, "_quadruple")


def _reverse_repeat_tuple(values, count):
    """As `F.pad` has its numbers: the last dimension first, each side of its own."""
    return tuple(value for value in reversed(values) for _ in range(count))


def shows(text):
    """An `extra_repr` of the module's own attributes: `shows("p={p}")`."""

    def extra_repr(self):
        return text.format(**self.__dict__)

    return extra_repr


def shows_in_place(text=""):
    """The same for a layer that may work in place, which it then says."""

    def extra_repr(self):
        shown = text.format(**self.__dict__)
        if not self.inplace:
            return shown
        return f"{shown}, inplace=True" if shown else "inplace=True"

    return extra_repr
