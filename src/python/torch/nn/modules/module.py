"""`Module`: a tree of parameters with a `forward`."""

from collections import OrderedDict

from ... import _bridge
from ..parameter import Parameter

_running = []
"""The modules whose `forward` runs, outermost first."""


class Module:
    training = True

    def __init__(self):
        object.__setattr__(self, "training", True)
        for group in ("_parameters", "_buffers", "_modules"):
            object.__setattr__(self, group, OrderedDict())

    def forward(self, *input):
        raise NotImplementedError(f'Module [{type(self).__name__}] is missing the required "forward" function')

    def __call__(self, *input, **kwargs):
        _running.append(self)
        _tell()
        try:
            return self.forward(*input, **kwargs)
        finally:
            _running.pop()
            _tell()

    def __setattr__(self, name, value):
        groups = self.__dict__.get("_parameters"), self.__dict__.get("_modules"), self.__dict__.get("_buffers")
        kind = 0 if isinstance(value, Parameter) else 1 if isinstance(value, Module) else 2
        if kind < 2:
            if groups[kind] is None:
                what = "parameters" if kind == 0 else "module"
                raise AttributeError(f"cannot assign {what} before Module.__init__() call")
            _forget(self, name)
            groups[kind][name] = value
        elif groups[0] is not None and name in groups[0]:
            if value is not None:
                raise TypeError(
                    f"cannot assign '{_typename(value)}' as parameter '{name}' (torch.nn.Parameter or None expected)"
                )
            groups[0][name] = None
        elif groups[2] is not None and name in groups[2]:
            groups[2][name] = value
        else:
            object.__setattr__(self, name, value)

    def __getattr__(self, name):
        for group in ("_parameters", "_buffers", "_modules"):
            members = self.__dict__.get(group)
            if members is not None and name in members:
                return members[name]
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'", name=name, obj=self)

    def __delattr__(self, name):
        if not _forget(self, name):
            object.__delattr__(self, name)

    def register_parameter(self, name, param):
        self._parameters[name] = param

    def register_buffer(self, name, tensor, persistent=True):
        self._buffers[name] = tensor

    def add_module(self, name, module):
        self._modules[name] = module

    register_module = add_module

    def named_modules(self, memo=None, prefix="", remove_duplicate=True):
        memo = set() if memo is None else memo
        if self in memo:
            return
        memo.add(self)
        yield prefix, self
        for name, module in self._modules.items():
            if module is not None:
                yield from module.named_modules(memo, f"{prefix}.{name}" if prefix else name)

    def modules(self):
        for _, module in self.named_modules():
            yield module

    def named_children(self):
        yield from ((name, module) for name, module in self._modules.items() if module is not None)

    def children(self):
        for _, module in self.named_children():
            yield module

    def named_parameters(self, prefix="", recurse=True):
        yield from self._named("_parameters", prefix, recurse)

    def parameters(self, recurse=True):
        for _, parameter in self.named_parameters(recurse=recurse):
            yield parameter

    def named_buffers(self, prefix="", recurse=True):
        yield from self._named("_buffers", prefix, recurse)

    def buffers(self, recurse=True):
        for _, buffer in self.named_buffers(recurse=recurse):
            yield buffer

    def _named(self, group, prefix, recurse):
        seen = set()
        for path, module in self.named_modules(prefix=prefix) if recurse else [(prefix, self)]:
            for name, value in getattr(module, group).items():
                if value is not None and value not in seen:
                    seen.add(value)
                    yield (f"{path}.{name}" if path else name), value

    def state_dict(self):
        found = OrderedDict((name, value.detach()) for name, value in self.named_parameters())
        found.update((name, value) for name, value in self.named_buffers())
        return found

    def load_state_dict(self, state_dict, strict=True):
        own = dict(self.named_parameters())
        own.update(self.named_buffers())
        missing = [name for name in own if name not in state_dict]
        unexpected = [name for name in state_dict if name not in own]
        if strict and (missing or unexpected):
            raise RuntimeError(
                f"Error(s) in loading state_dict for {type(self).__name__}: missing {missing}, unexpected {unexpected}"
            )
        from ...autograd import no_grad

        with no_grad():
            for name, value in state_dict.items():
                if name in own:
                    own[name].copy_(value)

    def train(self, mode=True):
        for module in self.modules():
            object.__setattr__(module, "training", mode)
        return self

    def eval(self):
        return self.train(False)

    def requires_grad_(self, requires_grad=True):
        for parameter in self.parameters():
            parameter.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none=False):
        clear_grads(self.parameters(), set_to_none)

    def apply(self, fn):
        for module in self.children():
            module.apply(fn)
        fn(self)
        return self

    def to(self, *args, **kwargs):
        for arg in (*args, *kwargs.values()):
            if isinstance(arg, (str, type(None))) or type(arg).__name__ == "device":
                continue
            raise NotImplementedError("Module.to(dtype) is not supported by the embedded engine yet.")
        return self

    def cpu(self):
        return self

    def cuda(self, device=None):
        raise AssertionError("Torch not compiled with CUDA enabled")

    def extra_repr(self):
        return ""

    def _get_name(self):
        return type(self).__name__

    def __repr__(self):
        extra = self.extra_repr()
        lines = extra.split("\n") if extra else []
        children = [f"({name}): {_indent(repr(module))}" for name, module in self._modules.items()]
        if not children and len(lines) <= 1:
            return f"{self._get_name()}({extra})"
        return f"{self._get_name()}(\n  " + "\n  ".join(lines + children) + "\n)"


def clear_grads(parameters, set_to_none):
    """As PyTorch 1.13 does it: zeroes in place unless `set_to_none`."""
    for parameter in parameters:
        grad = parameter.grad
        if grad is None:
            continue
        if set_to_none:
            parameter.grad = None
        else:
            if grad.grad_fn is not None:
                grad.detach_()
            else:
                grad.requires_grad_(False)
            grad.zero_()


def _forget(module, name):
    found = False
    for group in ("_parameters", "_buffers", "_modules"):
        found = module.__dict__[group].pop(name, found) is not False or found
    module.__dict__.pop(name, None)
    return found


def _indent(text):
    return text.replace("\n", "\n  ")


def _typename(value):
    from ... import typename

    return typename(value)


def _tell():
    """The path of the innermost module that runs, from the outermost one: `encoder.0`."""
    global _path_cache
    if not _running:
        _path_cache = (None, None)  # It must not keep the model alive.
        _bridge.E.module("")
        return
    outer, inner = _running[0], _running[-1]
    path = _paths(outer).get(inner)
    _bridge.E.module(path or type(inner).__name__)


_path_cache = (None, None)


def _paths(outer):
    global _path_cache
    if _path_cache[0] is not outer or len(_running) == 1:
        _path_cache = (outer, {module: name for name, module in outer.named_modules()})
    return _path_cache[1]
