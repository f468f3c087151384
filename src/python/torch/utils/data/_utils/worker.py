"""Workers that are none: what each would do runs in this process, in turn, with the random numbers that it would draw."""

import random
from contextlib import contextmanager

from ....random import get_rng_state, manual_seed, set_rng_state

_info = None


class WorkerInfo:
    def __init__(self, **known):
        self.__dict__.update(known)

    def __setattr__(self, name, value):
        raise RuntimeError(f"Cannot assign attributes to {type(self).__name__} objects")

    def __repr__(self):
        return f"{type(self).__name__}({', '.join(f'{name}={value}' for name, value in self.__dict__.items())})"


def get_worker_info():
    """Which worker asks; None outside of workers."""
    return _info


class Worker:
    def __init__(self, number, count, seed, dataset, start):
        """`start`: gives what fetches batches."""
        self.info = WorkerInfo(id=number, num_workers=count, seed=seed, dataset=dataset)
        self._states = None
        with self._running():
            self._fetch = start(number)

    def fetch(self, index):
        with self._running():
            return self._fetch(index)

    @contextmanager
    def _running(self):
        global _info
        outer = _info, get_rng_state(), random.getstate()
        _info = self.info
        self._begin()
        try:
            yield
        finally:
            self._states = get_rng_state(), random.getstate()
            _info = outer[0]
            set_rng_state(outer[1])
            random.setstate(outer[2])

    def _begin(self):
        if self._states is None:
            random.seed(self.info.seed)
            manual_seed(self.info.seed)
        else:
            set_rng_state(self._states[0])
            random.setstate(self._states[1])
