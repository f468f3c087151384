"""`torch.profiler`: nothing is measured. Programs that profile themselves run as they would without."""

import enum

from .._names import module_getattr
from ..autograd.profiler import EventList, NothingMeasured, record_function

__getattr__ = module_getattr("torch.profiler")


class ProfilerActivity(enum.Enum):
    CPU = 0
    CUDA = 1


class ProfilerAction(enum.Enum):
    NONE = 0
    WARMUP = 1
    RECORD = 2
    RECORD_AND_SAVE = 3


def supported_activities():
    return {ProfilerActivity.CPU}


def kineto_available():
    return False


def schedule(*, wait, warmup, active, repeat=0, skip_first=0):
    """Which steps would be recorded: `wait` are not, `warmup` are thrown away, `active` are kept."""
    cycle = wait + warmup + active

    def action(step):
        step -= skip_first
        if step < 0 or (repeat > 0 and step // cycle >= repeat):
            return ProfilerAction.NONE
        place = step % cycle
        if place < wait:
            return ProfilerAction.NONE
        if place < wait + warmup:
            return ProfilerAction.WARMUP
        return ProfilerAction.RECORD_AND_SAVE if place == cycle - 1 else ProfilerAction.RECORD

    return action


def tensorboard_trace_handler(dir_name, worker_name=None, use_gzip=False):
    return lambda profiler: None


class profile(NothingMeasured):
    """`with profile(...) as p:`, with `p.step()`. `on_trace_ready` is called where PyTorch's is, with a profile of nothing."""

    def __init__(self, *, activities=None, schedule=None, on_trace_ready=None, **options):
        super().__init__("torch.profiler")
        self.schedule = schedule
        self.on_trace_ready = on_trace_ready
        self.step_num = 0

    def start(self):
        pass

    def stop(self):
        recording = self.schedule is None or self.schedule(self.step_num) in (ProfilerAction.RECORD, ProfilerAction.RECORD_AND_SAVE)
        if recording and self.on_trace_ready is not None:
            self.on_trace_ready(self)

    def step(self):
        ready = self.schedule is not None and self.schedule(self.step_num) is ProfilerAction.RECORD_AND_SAVE
        self.step_num += 1
        if ready and self.on_trace_ready is not None:
            self.on_trace_ready(self)

    def add_metadata(self, key, value):
        pass

    add_metadata_json = add_metadata


for _class in (ProfilerActivity, ProfilerAction, profile):
    _class.__module__ = "torch.profiler"
__all__ = ["EventList", "profile", "record_function", "schedule", "tensorboard_trace_handler", "ProfilerAction", "ProfilerActivity"]
