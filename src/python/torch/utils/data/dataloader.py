"""`DataLoader`: batches of a dataset, in a sampler's order."""

import sys
import warnings
from collections import deque
from itertools import islice, repeat
from typing import Generic, TypeVar

from ._utils.collate import default_collate, default_convert
from ._utils.worker import Worker, get_worker_info
from .dataset import IterableDataset
from .sampler import BatchSampler, RandomSampler, Sampler, SequentialSampler, draw_seed

T_co = TypeVar("T_co", covariant=True)
_FIXED = ("batch_size", "batch_sampler", "sampler", "drop_last", "dataset", "persistent_workers")


class _InfiniteConstantSampler(Sampler):
    """An iterable dataset is not asked for indices."""

    def __init__(self):
        super().__init__(None)

    def __iter__(self):
        return repeat(None)


class DataLoader(Generic[T_co]):
    _made = False
    _noted = False
    _iterator = None

    def __init__(
        self,
        dataset,
        batch_size=1,
        shuffle=None,
        sampler=None,
        batch_sampler=None,
        num_workers=0,
        collate_fn=None,
        pin_memory=False,
        drop_last=False,
        timeout=0,
        worker_init_fn=None,
        multiprocessing_context=None,
        generator=None,
        *,
        prefetch_factor=2,
        persistent_workers=False,
        pin_memory_device="",
    ):
        _check_workers(num_workers, timeout, prefetch_factor, persistent_workers)
        self._iterable = isinstance(dataset, IterableDataset)
        if self._iterable:
            _refuse_for_iterable(shuffle=shuffle, sampler=sampler, batch_sampler=batch_sampler)
        _check_order(batch_size, shuffle, sampler, batch_sampler, drop_last)
        self.dataset = dataset
        self.num_workers = num_workers
        self.prefetch_factor = prefetch_factor
        self.pin_memory = pin_memory
        self.pin_memory_device = pin_memory_device
        self.timeout = timeout
        self.worker_init_fn = worker_init_fn
        self.multiprocessing_context = multiprocessing_context
        if batch_sampler is not None:
            batch_size, drop_last = None, False
        if sampler is None:
            sampler = self._default_sampler(shuffle, generator)
        if batch_size is not None:
            batch_sampler = BatchSampler(sampler, batch_size, drop_last)
        self.batch_size = batch_size
        self.drop_last = drop_last
        self.sampler = sampler
        self.batch_sampler = batch_sampler
        self.generator = generator
        self.collate_fn = collate_fn or (default_convert if batch_sampler is None else default_collate)
        self.persistent_workers = persistent_workers
        self._asked_length = None
        self._made = True

    def _default_sampler(self, shuffle, generator):
        if self._iterable:
            return _InfiniteConstantSampler()
        return RandomSampler(self.dataset, generator=generator) if shuffle else SequentialSampler(self.dataset)

    def __setattr__(self, attr, val):
        if self._made and attr in _FIXED:
            raise ValueError(f"{attr} attribute should not be set after {type(self).__name__} is initialized")
        super().__setattr__(attr, val)

    @property
    def _index_sampler(self):
        return self.sampler if self.batch_sampler is None else self.batch_sampler

    def __iter__(self):
        return _WithWorkers(self) if self.num_workers else _Batches(self)

    def __len__(self):
        if not self._iterable:
            return len(self._index_sampler)
        self._asked_length = length = len(self.dataset)
        if self.batch_size is None:
            return length
        return length // self.batch_size if self.drop_last else -(-length // self.batch_size)

    def _fetcher(self):
        """What makes a batch of a batch of indices, or of an index where there are no batches."""
        if self._iterable:
            return self._from_iterable(iter(self.dataset))
        dataset, collate = self.dataset, self.collate_fn
        if self.batch_sampler is None:
            return lambda index: collate(dataset[index])
        if getattr(dataset, "__getitems__", None):
            return lambda indices: collate(dataset.__getitems__(indices))
        return lambda indices: collate([dataset[index] for index in indices])

    def _from_iterable(self, data):
        def fetch(indices):
            if self.batch_sampler is None:
                return self.collate_fn(next(data))
            batch = list(islice(data, len(indices)))
            if not batch or (self.drop_last and len(batch) < len(indices)):
                raise StopIteration
            return self.collate_fn(batch)

        return fetch


class _Batches:
    """One pass over the data."""

    def __init__(self, loader):
        self._loader = loader
        self._indices = iter(loader._index_sampler)
        self._base_seed = draw_seed(loader.generator)
        self._yielded = 0
        self._start()

    def _start(self):
        self._fetch = self._loader._fetcher()

    def __iter__(self):
        return self

    def __len__(self):
        return len(self._loader._index_sampler)

    def __next__(self):
        batch = self._next()
        self._yielded += 1
        asked = self._loader._asked_length
        if self._loader._iterable and asked is not None and self._yielded > asked:
            warnings.warn(
                f"Length of IterableDataset {self._loader.dataset} was reported to be {asked} (when accessing "
                f"len(dataloader)), but {self._yielded} samples have been fetched. "
            )
        return batch

    def _next(self):
        return self._fetch(next(self._indices))


class _WithWorkers(_Batches):
    """Each batch is made by the next worker that still has data; indices are drawn ahead, as if the workers were busy with them."""

    def _start(self):
        loader = self._loader
        _note_once(loader.num_workers)
        count = loader.num_workers
        workers = [Worker(i, count, self._base_seed + i, loader.dataset, self._fetcher_of) for i in range(count)]
        self._workers = deque(workers)
        self._ahead = deque(islice(self._indices, loader.prefetch_factor * count))

    def _fetcher_of(self, number):
        if self._loader.worker_init_fn is not None:
            self._loader.worker_init_fn(number)
        return self._loader._fetcher()

    def _next(self):
        while self._workers and self._ahead:
            worker = self._workers.popleft()
            index = self._ahead.popleft()
            self._ahead.extend(islice(self._indices, 1))
            try:
                batch = worker.fetch(index)
            except StopIteration:
                continue
            self._workers.append(worker)
            return batch
        raise StopIteration


def _note_once(count):
    if not DataLoader._noted:
        DataLoader._noted = True
        print(f"DataLoader: num_workers={count} run one after the other in this process.", file=sys.stderr)


def _check_workers(num_workers, timeout, prefetch_factor, persistent_workers):
    if num_workers < 0:
        raise ValueError("num_workers option should be non-negative; use num_workers=0 to disable multiprocessing.")
    if timeout < 0:
        raise ValueError("timeout option should be non-negative")
    if num_workers == 0 and prefetch_factor != 2:
        raise ValueError(
            "prefetch_factor option could only be specified in multiprocessing.let num_workers > 0 to enable multiprocessing."
        )
    assert prefetch_factor > 0
    if persistent_workers and num_workers == 0:
        raise ValueError("persistent_workers option needs num_workers > 0")


def _refuse_for_iterable(**options):
    for name, value in options.items():
        if value is not None and not (name == "shuffle" and value is False):
            raise ValueError(f"DataLoader with IterableDataset: expected unspecified {name} option, but got {name}={value}")


def _check_order(batch_size, shuffle, sampler, batch_sampler, drop_last):
    if sampler is not None and shuffle:
        raise ValueError("sampler option is mutually exclusive with shuffle")
    if batch_sampler is not None:
        if batch_size != 1 or shuffle or sampler is not None or drop_last:
            raise ValueError("batch_sampler option is mutually exclusive with batch_size, shuffle, sampler, and drop_last")
    elif batch_size is None and drop_last:
        raise ValueError("batch_size=None option disables auto-batching and is mutually exclusive with drop_last")
