"""A module's tree: its parameters, buffers and modules, by their paths."""

from ..parameter import Parameter


def _named_members(self, get_members_fn, prefix="", recurse=True, remove_duplicate=True):
    seen = set()
    for path, module in self.named_modules(prefix=prefix, remove_duplicate=remove_duplicate) if recurse else [(prefix, self)]:
        for name, value in get_members_fn(module):
            if value is None or value in seen:
                continue
            if remove_duplicate:
                seen.add(value)
            yield (f"{path}.{name}" if path else name), value


def parameters(self, recurse=True):
    for _, parameter in self.named_parameters(recurse=recurse):
        yield parameter


def named_parameters(self, prefix="", recurse=True, remove_duplicate=True):
    yield from self._named_members(lambda module: module._parameters.items(), prefix, recurse, remove_duplicate)


def buffers(self, recurse=True):
    for _, buffer in self.named_buffers(recurse=recurse):
        yield buffer


def named_buffers(self, prefix="", recurse=True, remove_duplicate=True):
    yield from self._named_members(lambda module: module._buffers.items(), prefix, recurse, remove_duplicate)


def children(self):
    for _, module in self.named_children():
        yield module


def named_children(self):
    seen = set()
    for name, module in self._modules.items():
        if module is not None and module not in seen:
            seen.add(module)
            yield name, module


def modules(self):
    for _, module in self.named_modules():
        yield module


def named_modules(self, memo=None, prefix="", remove_duplicate=True):
    memo = set() if memo is None else memo
    if self in memo:
        return
    if remove_duplicate:
        memo.add(self)
    yield prefix, self
    for name, module in self._modules.items():
        if module is not None:
            yield from module.named_modules(memo, f"{prefix}.{name}" if prefix else name, remove_duplicate)


def get_submodule(self, target):
    """The module at a path: `encoder.0`."""
    from .module import Module

    module = self
    for name in target.split(".") if target else ():
        if not hasattr(module, name):
            raise AttributeError(f"{module._get_name()} has no attribute `{name}`")
        module = getattr(module, name)
        if not isinstance(module, Module):
            raise AttributeError(f"`{name}` is not an nn.Module")
    return module


def get_parameter(self, target):
    module, name, found = _member(self, target)
    if not isinstance(found, Parameter):
        raise AttributeError(f"`{name}` is not an nn.Parameter")
    return found


def get_buffer(self, target):
    module, name, found = _member(self, target)
    if name not in module._buffers:
        raise AttributeError(f"`{name}` is not a buffer")
    return found


def apply(self, fn):
    """Calls `fn` with every module, children first."""
    for module in self.children():
        module.apply(fn)
    fn(self)
    return self


def _member(module, target):
    """The module that holds what is at a path, its name there, and it."""
    path, _, name = target.rpartition(".")
    holder = module.get_submodule(path)
    if not hasattr(holder, name):
        raise AttributeError(f"{holder._get_name()} has no attribute `{name}`")
    return holder, name, getattr(holder, name)


METHODS = [
    _named_members, parameters, named_parameters, buffers, named_buffers, children, named_children, modules, named_modules,
    get_submodule, get_parameter, get_buffer, apply,
]  # fmt: skip
