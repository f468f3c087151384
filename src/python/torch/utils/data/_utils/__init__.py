"""Where programs find `collate` and `worker`."""

from . import collate, worker
