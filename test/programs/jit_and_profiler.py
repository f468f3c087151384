# What compiles or measures in PyTorch, and only runs here.
import warnings
from typing import Dict, List, Optional

import torch
from torch import nn
from torch.autograd import profiler as old_profiler
from torch.profiler import ProfilerAction, ProfilerActivity, profile, record_function, schedule

warnings.simplefilter("ignore")


@torch.jit.script
def scaled(x, factor: float):
    return x * factor


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 1)

    @torch.jit.export
    def helper(self, x):
        return x + 1

    @torch.jit.ignore
    def ignored(self, x: torch.Tensor) -> torch.Tensor:
        return x

    @torch.jit.unused
    def unused(self, x: torch.Tensor) -> torch.Tensor:
        return x

    def forward(self, x):
        with record_function("layer"):
            return self.layer(x)


torch.manual_seed(0)
net = Net()
x = torch.ones(1, 2, requires_grad=True)
print(scaled(x, 3.0).sum(), torch.jit.is_scripting(), torch.jit.is_tracing(), torch.jit.annotate(int, 3))
scripted = torch.jit.script(net)
print(torch.allclose(scripted(x), net(x)), scripted.helper(x).tolist(), len(list(scripted.parameters())))
traced = torch.jit.trace(net, torch.ones(1, 2))
traced(x).sum().backward()
print(x.grad is not None, net.layer.weight.grad)
print(torch.jit.isinstance([1, 2], List[int]), torch.jit.isinstance([1, "a"], List[int]), torch.jit.isinstance({"a": 1}, Dict[str, int]), torch.jit.isinstance(None, Optional[int]))
print(torch.jit.wait(torch.jit.fork(scaled, x.detach(), 2.0)).tolist())

steps = []
plan = schedule(wait=1, warmup=1, active=2, repeat=1)
print([plan(step).name for step in range(6)])
with profile(activities=[ProfilerActivity.CPU], schedule=plan, on_trace_ready=lambda p: steps.append(p.step_num)) as p:
    for step in range(5):
        net(x).sum().backward()
        p.step()
print(steps, p.step_num, ProfilerAction.NONE.name)
with old_profiler.profile(enabled=True) as p:
    with old_profiler.record_function("part"):
        y = net(x)
print(len(p.key_averages().table()) > 0, isinstance(p.self_cpu_time_total, (int, float)))


@record_function("named")
def decorated(x):
    return x * 2


print(decorated(torch.ones(1)))
