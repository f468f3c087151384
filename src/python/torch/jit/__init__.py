"""`torch.jit`: nothing is compiled. What would be is run as the Python that it is."""

import builtins
import functools
import typing

from .._names import module_getattr
from .._notes import note
from ..nn.modules.module import Module

__getattr__ = module_getattr("torch.jit")
ScriptModule = Module
Final = typing.Final


def _eagerly(what):
    note(f"{what} compiles nothing in the embedded engine: the program runs eagerly, line by line.")


def script(obj, optimize=None, _frames_up=0, _rcb=None, example_inputs=None):
    """The function, class or module itself."""
    _eagerly("torch.jit.script")
    return obj


def trace(func, example_inputs=None, optimize=None, check_trace=True, check_inputs=None, check_tolerance=1e-5, strict=True, **more):
    """The function or module itself, which is not called here."""
    _eagerly("torch.jit.trace")
    return func


def trace_module(mod, inputs, *args, **kwargs):
    _eagerly("torch.jit.trace_module")
    return mod


def compile_eagerly(model=None, **options):
    """`torch.compile`, of later PyTorch: also with options first, as a decorator."""
    _eagerly("torch.compile")
    return functools.partial(compile_eagerly, **options) if model is None else model


def script_if_tracing(fn):
    return fn


def script_method(fn):
    return fn


def export(fn):
    return fn


def unused(fn):
    return fn


def ignore(drop=False, **kwargs):
    """A decorator, with or without arguments."""
    return drop if callable(drop) else lambda fn: fn


def interface(obj):
    return obj


def freeze(mod, preserved_attrs=None, optimize_numerics=True):
    if mod.training:
        raise RuntimeError(
            "Freezing is currently only implemented for modules in eval mode. Please call .eval() on your module before freezing."
        )
    return mod


def optimize_for_inference(mod, other_methods=None):
    return mod


def is_scripting():
    return False


def is_tracing():
    return False


def annotate(the_type, the_value):
    return the_value


def isinstance(obj, target_type):
    """Of a value, whether it is of a type such as `List[int]`: the elements are looked at too."""
    return _is_of(obj, target_type)


def _is_of(value, wanted):
    if builtins.isinstance(wanted, tuple):
        return any(_is_of(value, one) for one in wanted)
    origin, args = typing.get_origin(wanted), typing.get_args(wanted)
    if origin is None:
        return builtins.isinstance(value, type(None) if wanted is None else wanted)
    if origin is typing.Union:
        return any(_is_of(value, one) for one in args)
    if not builtins.isinstance(value, origin):
        return False
    if origin is dict:
        return all(_is_of(key, args[0]) and _is_of(one, args[1]) for key, one in value.items())
    if origin is tuple:
        return len(args) == len(value) and all(_is_of(one, kind) for one, kind in zip(value, args))
    return all(_is_of(one, args[0]) for one in value)


def fork(func, *args, **kwargs):
    """Runs at once; `wait` answers with the result."""
    return _Done(func(*args, **kwargs))


def wait(future):
    return future.wait()


class _Done:
    def __init__(self, value):
        self._value = value

    def wait(self):
        return self._value
