"""An asyncio event loop that waits by sleeping.

There are no sockets, signals or threads in here, so all a loop ever waits for is its own timers. Pyodide's loop hands them to a
browser; this one stays inside the one call in which a program runs, and can be interrupted while it waits.
"""

import asyncio
import time

_IDLE_SECONDS = 0.05


class _Timers:
    """Stands where a loop has its selector: nothing is ever ready, time only passes."""

    def select(self, timeout):
        if timeout is None:
            timeout = _IDLE_SECONDS
        if timeout > 0:
            time.sleep(timeout)
        return []

    def close(self):
        pass


class EventLoop(asyncio.BaseEventLoop):
    """CPython's own loop without its sources of events."""

    def __init__(self):
        super().__init__()
        self._selector = _Timers()

    def _process_events(self, event_list):
        pass

    def _write_to_self(self):
        pass


class _Policy(asyncio.events._BaseDefaultEventLoopPolicy):
    _loop_factory = EventLoop


def install():
    """Puts back what Pyodide replaced, with this loop as the default."""
    asyncio._set_running_loop(None)
    asyncio.events._event_loop_policy = _Policy()
    asyncio.run = getattr(asyncio.run, "__wrapped__", asyncio.run)
