"""What is said of a name that is not there: whether PyTorch has it, or nobody does."""

from ._pytorch_names import NAMES


def missing(space, name):
    """The text of the AttributeError. `space`: `torch`, `torch.nn`, ... or `Tensor`."""
    if name in NAMES.get(space, ()):
        path = f"torch.Tensor.{name}" if space == "Tensor" else f"{space}.{name}"
        return (
            f"{path} is not supported by the embedded engine yet. Compose it from supported operations, or see OPS.md for what there is."
        )
    if space == "Tensor":
        return f"'Tensor' object has no attribute {name!r}"
    return f"module {space!r} has no attribute {name!r}"


def module_getattr(space):
    """A module's `__getattr__`."""

    def __getattr__(name):
        raise AttributeError(missing(space, name), name=name)

    return __getattr__
