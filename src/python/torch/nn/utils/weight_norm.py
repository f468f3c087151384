"""Weights as a length and a direction (arXiv:1602.07868)."""

from ..parameter import Parameter, UninitializedParameter


class WeightNorm:
    """A hook that makes the weight anew before each forward, of its parts `_g` and `_v`."""

    def __init__(self, name, dim):
        self.name = name
        self.dim = -1 if dim is None else dim

    def compute_weight(self, module):
        length, direction = getattr(module, self.name + "_g"), getattr(module, self.name + "_v")
        return direction * (length / norm_except_dim(direction, self.dim))

    @staticmethod
    def apply(module, name, dim):
        if find(module, WeightNorm, name) is not None:
            raise RuntimeError(f"Cannot register two weight_norm hooks on the same parameter {name}")
        hook = WeightNorm(name, dim)
        weight = getattr(module, name)
        if isinstance(weight, UninitializedParameter):
            raise ValueError(
                "The module passed to `WeightNorm` can't have uninitialized parameters. "
                "Make sure to run the dummy forward before applying weight normalization"
            )
        del module._parameters[name]
        module.register_parameter(name + "_g", Parameter(norm_except_dim(weight, hook.dim).data))
        module.register_parameter(name + "_v", Parameter(weight.data))
        setattr(module, name, hook.compute_weight(module))
        module.register_forward_pre_hook(hook)
        return hook

    def remove(self, module):
        weight = self.compute_weight(module)
        delattr(module, self.name)
        for part in ("_g", "_v"):
            del module._parameters[self.name + part]
        setattr(module, self.name, Parameter(weight.data))

    def __call__(self, module, inputs):
        setattr(module, self.name, self.compute_weight(module))


def norm_except_dim(tensor, dim):
    """The Euclidean norms of a tensor's slices along a dimension, which keeps its place; with -1 of all of it."""
    if dim == -1:
        return tensor.norm(2)
    if dim == 0:
        return tensor.contiguous().view(tensor.size(0), -1).norm(2, 1).view(tensor.size(0), *[1] * (tensor.dim() - 1))
    if dim == tensor.dim() - 1:
        return tensor.contiguous().view(-1, tensor.size(dim)).norm(2, 0).view(*[1] * (tensor.dim() - 1), tensor.size(dim))
    return norm_except_dim(tensor.transpose(0, dim), 0).transpose(0, dim)


def find(module, kind, name, hooks="_forward_pre_hooks"):
    """The key of a hook on a module's parameter."""
    for key, hook in getattr(module, hooks).items():
        if isinstance(hook, kind) and getattr(hook, "fn", hook).name == name:
            return key
    return None


def weight_norm(module, name="weight", dim=0):
    WeightNorm.apply(module, name, dim)
    return module


def remove_weight_norm(module, name="weight"):
    key = find(module, WeightNorm, name)
    if key is None:
        raise ValueError(f"weight_norm of '{name}' not found in {module}")
    module._forward_pre_hooks[key].remove(module)
    del module._forward_pre_hooks[key]
    return module
