"""The Python face of Backpass's engine: PyTorch's names, each of which crosses one door into TypeScript.

Importing builds everything that needs no engine, the ops' functions too; `bind` connects them. In between a memory snapshot is taken.
"""

from sys import _getframe, modules

from . import _bridge, _creation, _ops, _sites, _types
from ._names import module_getattr
from ._tensor import Tensor
from ._types import Size, device, dtype, memory_format, strided

for _name, _dtype in _types.dtypes.items():
    globals()[_name] = _dtype
for _name, _format in _types.memory_formats.items():
    globals()[_name] = _format
for _name, _target in _types.aliases.items():
    globals()[_name] = _types.dtypes[_target]

from . import _legacy

globals().update(_legacy.classes)
globals().update({_class.__name__: _class for _class in _legacy.storages.values()})

from . import autograd, fft, functional, linalg, masked, nn, optim, special, utils
from .autograd import enable_grad, inference_mode, no_grad, set_grad_enabled
from .autograd.anomaly_mode import is_anomaly_check_nan_enabled, is_anomaly_enabled
from .autograd.grad_mode import is_grad_enabled, is_inference_mode_enabled
from ._functions import *
from ._functions import tensor
from .functional import *
from . import func, random, serialization, storage
from .serialization import load, save
from .storage import TypedStorage, UntypedStorage
from .random import Generator, default_generator, get_rng_state, initial_seed, manual_seed, seed, set_rng_state
from . import _methods, amp, cpu, cuda, jit, profiler
from .amp.autocast_mode import *
from .jit import compile_eagerly as compile

__version__ = "1.13.0"
torch = modules[__name__]
float = _types.dtypes["float32"]
int = _types.dtypes["int32"]
bool = _types.dtypes["bool"]
strided = strided
inf = __import__("math").inf
nan = __import__("math").nan
pi = __import__("math").pi
e = __import__("math").e

_ops.install(
    {
        "torch": torch,
        "F": nn.functional,
        "Tensor": Tensor,
        "attribute": Tensor,
        "linalg": linalg,
        "fft": fft,
        "special": special,
        "masked": masked,
    }
)

__getattr__ = module_getattr("torch", "distributions")


def bind(bridge):
    """Connects with an engine. Once per process."""
    _bridge.bind(bridge)
    _ops.bind(bridge)
