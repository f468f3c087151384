"""`torch.random`, and `torch.Generator`: the CPU's random numbers."""

from contextlib import contextmanager

from . import _bridge, _ops, _types

__all__ = ["set_rng_state", "get_rng_state", "manual_seed", "seed", "initial_seed", "fork_rng"]


class Generator:
    """A source of random numbers of its own. The engine knows it by a number; 0 is the default one."""

    __slots__ = ("_number",)

    def __init__(self, device="cpu"):
        kind = _types.device(device).type
        if kind != "cpu":
            raise RuntimeError(f"Device type {kind.upper()} is not supported for torch.Generator() api.")
        self._number = _bridge.E.generator()

    @property
    def device(self):
        return _types.cpu

    def manual_seed(self, seed):
        _bridge.check(_bridge.E.seed(_unsigned(seed), self._number))
        return self

    def seed(self):
        value = _entropy()
        self.manual_seed(value)
        return value

    def initial_seed(self):
        return _bridge.E.initialSeed(self._number)

    def get_state(self):
        return _bridge.wrap(_bridge.check(_bridge.E.generatorState(self._number)))

    def set_state(self, new_state):
        if not isinstance(new_state, _bridge.TensorBase):
            raise TypeError(f"expected a torch.ByteTensor, but got {type(new_state).__name__}")
        if new_state.dtype is not _types.dtypes["uint8"]:
            raise TypeError("RNG state must be a torch.ByteTensor")
        _bridge.check(_bridge.E.setGeneratorState(self._number, new_state._h))
        return self

    def __reduce__(self):
        raise TypeError(f"cannot pickle '{type(self).__module__}.{type(self).__qualname__}' object")


Generator.__module__ = "torch._C"
_ops.letters[Generator] = "g"
default_generator = object.__new__(Generator)
default_generator._number = 0


def _unsigned(seed):
    """The 64 bits that stand for a seed, negative ones too."""
    seed = int(seed)
    if not -(1 << 63) <= seed < 1 << 64:
        raise RuntimeError("Overflow when unpacking long")
    return seed & 0xFFFF_FFFF_FFFF_FFFF


def _entropy():
    import random

    return random.getrandbits(63)


def manual_seed(seed):
    return default_generator.manual_seed(seed)


def seed():
    return default_generator.seed()


def initial_seed():
    return default_generator.initial_seed()


def get_rng_state():
    return default_generator.get_state()


def set_rng_state(new_state):
    default_generator.set_state(new_state)


@contextmanager
def fork_rng(devices=None, enabled=True, _caller="fork_rng", _devices_kw="devices"):
    """What is drawn inside is not missed outside."""
    if not enabled:
        yield
        return
    state = get_rng_state()
    try:
        yield
    finally:
        set_rng_state(state)
