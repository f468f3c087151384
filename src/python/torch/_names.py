"""What is said of a name that is not there: whether PyTorch has it, or nobody does."""

from importlib import import_module
from sys import modules

from ._pytorch_names import NAMES


def missing(space, name, obj=None):
    """The AttributeError. `space`: `torch`, `torch.nn`, ... or `Tensor`."""
    if name in NAMES.get(space, ()):
        path = f"torch.Tensor.{name}" if space == "Tensor" else f"{space}.{name}"
        return AttributeError(
            f"{path} is not supported by the embedded engine yet. Compose it from supported operations, or see OPS.md for what there is.",
            name=name,
            obj=None,  # Else Python fills in the object, and guesses at a name that is spelled alike.
        )
    if space == "Tensor":
        return AttributeError(f"'{type(obj).__name__}' object has no attribute {name!r}", name=name, obj=obj)
    return AttributeError(f"module {space!r} has no attribute {name!r}", name=name, obj=modules.get(space))


def module_getattr(space, *lazily):
    """A module's `__getattr__`. `lazily`: its modules that a program seldom needs, imported when it asks for them."""

    def __getattr__(name):
        if name in lazily:
            return import_module(f"{space}.{name}")
        raise missing(space, name)

    return __getattr__
