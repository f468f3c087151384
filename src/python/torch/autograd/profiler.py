"""`torch.autograd.profiler`: nothing is measured. Programs that profile themselves run as they would without."""

import contextlib

from .._names import module_getattr
from .._notes import note

__getattr__ = module_getattr("torch.autograd.profiler")


class EventList(list):
    """What was measured: nothing."""

    self_cpu_time_total = 0

    def table(self, *args, **kwargs):
        return "(nothing was measured: there is no profiler in the embedded engine)"

    __str__ = table

    def key_averages(self, *args, **kwargs):
        return self

    def total_average(self):
        return self

    def export_chrome_trace(self, path):
        pass

    export_stacks = export_chrome_trace


class NothingMeasured(contextlib.ContextDecorator):
    """A profile of nothing."""

    def __init__(self, what):
        note(f"{what} measures nothing in the embedded engine: Backpass shows what runs and in which order.")
        self._events = EventList()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, type, value, tb):
        self.stop()

    def start(self):
        pass

    def stop(self):
        pass

    def __str__(self):
        return str(self._events)

    def __getattr__(self, name):
        if name in ("key_averages", "total_average", "table", "export_chrome_trace", "export_stacks", "self_cpu_time_total"):
            return getattr(self._events, name)
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'", name=name, obj=self)

    def events(self):
        return self._events

    @property
    def function_events(self):
        return self._events


class profile(NothingMeasured):
    def __init__(self, enabled=True, **options):
        super().__init__("torch.autograd.profiler")
        self.enabled = enabled


class emit_nvtx(NothingMeasured):
    def __init__(self, enabled=True, record_shapes=False):
        super().__init__("torch.autograd.profiler")


emit_itt = emit_nvtx


class record_function(contextlib.ContextDecorator):
    """Names a part of the program in a profile."""

    def __init__(self, name, args=None):
        self.name = name
        self.args = args

    def __enter__(self):
        return self

    def __exit__(self, type, value, tb):
        pass


def kineto_available():
    return False


for _class in (EventList, profile, emit_nvtx, record_function):
    _class.__module__ = "torch.autograd.profiler"
