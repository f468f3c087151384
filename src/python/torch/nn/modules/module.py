"""`Module`: a tree of parameters with a `forward`."""

from collections import OrderedDict
from itertools import chain

from ..._bridge import TensorBase
from ..parameter import Parameter
from . import _calls, _conversion, _hook_methods, _paths, _state, _traversal
from ._calls import WrappedHook as _WrappedHook
from ._calls import (
    register_module_backward_hook,
    register_module_forward_hook,
    register_module_forward_pre_hook,
    register_module_full_backward_hook,
    register_module_full_backward_pre_hook,
)
from ._calls import backward_hooks as _global_backward_hooks
from ._calls import forward_hooks as _global_forward_hooks
from ._calls import forward_pre_hooks as _global_forward_pre_hooks
from ._state import EXTRA_STATE as _EXTRA_STATE_KEY_SUFFIX
from ._state import _IncompatibleKeys

__all__ = [
    "register_module_forward_pre_hook",
    "register_module_forward_hook",
    "register_module_full_backward_pre_hook",
    "register_module_backward_hook",
    "register_module_full_backward_hook",
    "Module",
]
_GROUPS = ("_parameters", "_buffers", "_modules")
_OWN_CODE = (
    "Reached a code path in Module.{}_extra_state() that should never be called. Please file an issue at "
    "https://github.com/pytorch/pytorch/issues/new?template=bug-report.yml to report this bug."
)


def _forward_unimplemented(self, *input):
    """What a call computes. Every module overrides it."""
    raise NotImplementedError(f'Module [{type(self).__name__}] is missing the required "forward" function')


class Module:
    dump_patches = False
    _version = 1
    training: bool
    _is_full_backward_hook = None

    def __init__(self):
        fields = self.__dict__
        fields["training"] = True
        fields["_parameters"] = OrderedDict()
        fields["_buffers"] = OrderedDict()
        fields["_non_persistent_buffers_set"] = set()
        fields["_backward_hooks"] = OrderedDict()
        fields["_is_full_backward_hook"] = None
        for name in _HOOKS:
            fields[name] = OrderedDict()
        fields["_modules"] = OrderedDict()

    forward = _forward_unimplemented

    def _call_impl(self, *input, **kwargs):
        told = _paths.enter(self)
        try:
            if self._backward_hooks or self._forward_hooks or self._forward_pre_hooks or _calls.is_hooked() or "_backward_pre_hooks" in self.__dict__:
                return _calls.call(self, input, kwargs)
            return self.forward(*input, **kwargs)
        finally:
            if told:
                _paths.leave()

    __call__ = _call_impl

    def __setstate__(self, state):
        self.__dict__.update(state)
        for name in _HOOKS:
            self.__dict__.setdefault(name, OrderedDict())
        self.__dict__.setdefault("_non_persistent_buffers_set", set())
        self.__dict__.setdefault("_is_full_backward_hook", None)

    def register_buffer(self, name, tensor, persistent=True):
        """A tensor that belongs to the module and is no parameter. One that is not `persistent` is left out of the state."""
        if "_buffers" not in self.__dict__:
            raise AttributeError("cannot assign buffer before Module.__init__() call")
        self._check_name("buffer", name, self._buffers)
        if tensor is not None and not isinstance(tensor, TensorBase):
            raise TypeError(f"cannot assign '{_typename(tensor)}' object to buffer '{name}' (torch Tensor or None required)")
        self._buffers[name] = tensor
        if persistent:
            self._non_persistent_buffers_set.discard(name)
        else:
            self._non_persistent_buffers_set.add(name)

    def register_parameter(self, name, param):
        if "_parameters" not in self.__dict__:
            raise AttributeError("cannot assign parameter before Module.__init__() call")
        self._check_name("parameter", name, self._parameters)
        if param is not None and not isinstance(param, Parameter):
            raise TypeError(f"cannot assign '{_typename(param)}' object to parameter '{name}' (torch.nn.Parameter or None required)")
        if param is not None and param.grad_fn is not None:
            raise ValueError(
                f"Cannot assign non-leaf Tensor to parameter '{name}'. Model parameters must be created explicitly. To express '{name}' as "
                "a function of another Tensor, compute the value in the forward() method."
            )
        self._parameters[name] = param

    def add_module(self, name, module):
        if not isinstance(module, Module) and module is not None:
            raise TypeError(f"{_typename(module)} is not a Module subclass")
        self._check_name("module", name, self._modules)
        self._modules[name] = module

    def register_module(self, name, module):
        self.add_module(name, module)

    def _check_name(self, what, name, group):
        if not isinstance(name, str):
            raise TypeError(f"{what} name should be a string. Got {_typename(name)}")
        if what == "module":
            _check_free(self, name, group)
        if "." in name:
            raise KeyError(f'{what} name can\'t contain "."' + (f", got: {name}" if what == "module" else ""))
        if name == "":
            raise KeyError(f'{what} name can\'t be empty string ""')
        _check_free(self, name, group)

    def get_extra_state(self):
        """What else belongs to the state. A module that overrides it overrides `set_extra_state` too."""
        raise RuntimeError(_OWN_CODE.format("get"))

    def set_extra_state(self, state):
        raise RuntimeError(_OWN_CODE.format("set"))

    def __setattr__(self, name, value):
        fields = self.__dict__
        if isinstance(value, TensorBase) and isinstance(value, Parameter):
            if "_parameters" not in fields:
                raise AttributeError("cannot assign parameters before Module.__init__() call")
            _forget(fields, name, "_parameters")
            self.register_parameter(name, value)
        elif name in fields.get("_parameters", ()):
            _refuse_other(value, None, "parameter", name, "torch.nn.Parameter")
            self.register_parameter(name, value)
        elif isinstance(value, Module):
            if "_modules" not in fields:
                raise AttributeError("cannot assign module before Module.__init__() call")
            _forget(fields, name, "_modules")
            fields["_modules"][name] = value
        elif name in fields.get("_modules", ()):
            _refuse_other(value, None, "child module", name, "torch.nn.Module")
            fields["_modules"][name] = value
        elif name in fields.get("_buffers", ()):
            _refuse_other(value, TensorBase, "buffer", name, "torch.Tensor")
            fields["_buffers"][name] = value
        else:
            object.__setattr__(self, name, value)

    def __getattr__(self, name):
        fields = self.__dict__
        for group in _GROUPS:
            members = fields.get(group)
            if members is not None and name in members:
                return members[name]
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'", name=name, obj=self)

    def __delattr__(self, name):
        for group in _GROUPS:
            if name in self.__dict__.get(group, ()):
                del self.__dict__[group][name]
                self._non_persistent_buffers_set.discard(name)
                return
        object.__delattr__(self, name)

    def __dir__(self):
        names = chain(dir(type(self)), self.__dict__, self._parameters, self._modules, self._buffers)
        return sorted([name for name in names if not name[0].isdigit()])

    def train(self, mode=True):
        if not isinstance(mode, bool):
            raise ValueError("training mode is expected to be boolean")
        self.training = mode
        for module in self.children():
            module.train(mode)
        return self

    def eval(self):
        return self.train(False)

    def requires_grad_(self, requires_grad=True):
        for parameter in self.parameters():
            parameter.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none=False):
        clear_grads(self.parameters(), set_to_none)

    def compile(self, *args, **kwargs):
        """Of later PyTorch; here the module runs as it is."""
        from ...jit import compile_eagerly

        compile_eagerly(self)

    def _get_name(self):
        return type(self).__name__

    def extra_repr(self):
        """What stands in the brackets when the module is printed."""
        return ""

    def __repr__(self):
        extra = self.extra_repr()
        lines = extra.split("\n") if extra else []
        children = [f"({name}): {_addindent(repr(module), 2)}" for name, module in self._modules.items()]
        if not children and len(lines) <= 1:
            return f"{self._get_name()}({extra})"
        return f"{self._get_name()}(\n  " + "\n  ".join(lines + children) + "\n)"


_HOOKS = (
    "_forward_hooks",
    "_forward_pre_hooks",
    "_state_dict_hooks",
    "_load_state_dict_pre_hooks",
    "_load_state_dict_post_hooks",
)
for _method in _traversal.METHODS + _hook_methods.METHODS + _state.METHODS + _conversion.METHODS:
    _method.__qualname__ = f"Module.{_method.__name__}"
    setattr(Module, _method.__name__, _method)
for _class in (Module, _WrappedHook):
    _class.__module__ = "torch.nn.modules.module"


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


def _check_free(module, name, group):
    if hasattr(module, name) and name not in group:
        raise KeyError(f"attribute '{name}' already exists")


def _refuse_other(value, kind, what, name, expected):
    if value is not None and not (kind is not None and isinstance(value, kind)):
        raise TypeError(f"cannot assign '{_typename(value)}' as {what} '{name}' ({expected} or None expected)")


def _forget(fields, name, kept):
    """Lets a name stand for nothing, but in the group that it is about to stand in."""
    fields.pop(name, None)
    for group in _GROUPS:
        if group != kept and group in fields:
            fields[group].pop(name, None)
    if "_non_persistent_buffers_set" in fields:
        fields["_non_persistent_buffers_set"].discard(name)


def _addindent(text, spaces):
    return text.replace("\n", "\n" + " " * spaces)


def _typename(value):
    from ... import typename

    return typename(value)
