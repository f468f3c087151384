"""How hooks are put on a module."""

from collections import OrderedDict

from . import _calls


def register_forward_pre_hook(self, hook, *, prepend=False, with_kwargs=False):
    """Calls `hook(module, input)` before `forward`; what it answers with is the input instead."""
    flag = self._flag("_forward_pre_hooks_with_kwargs") if with_kwargs else None
    return _calls.added(self._forward_pre_hooks, hook, prepend, kwargs=flag)


def register_forward_hook(self, hook, *, prepend=False, with_kwargs=False, always_call=False):
    """Calls `hook(module, input, output)` after `forward`; what it answers with is the output instead."""
    flag = self._flag("_forward_hooks_with_kwargs") if with_kwargs else None
    always = self._flag("_forward_hooks_always_called") if always_call else None
    return _calls.added(self._forward_hooks, hook, prepend, kwargs=flag, always=always)


def register_backward_hook(self, hook):
    """A hook on the node that made the output. `register_full_backward_hook` is the one to use."""
    self._set_full_backward(False)
    return _calls.added(self._backward_hooks, hook)


def register_full_backward_hook(self, hook, prepend=False):
    """Calls `hook(module, grad_input, grad_output)`; what it answers with is the gradient of the inputs instead."""
    self._set_full_backward(True)
    return _calls.added(self._backward_hooks, hook, prepend)


def register_full_backward_pre_hook(self, hook, prepend=False):
    """Calls `hook(module, grad_output)` before the module's backward."""
    return _calls.added(self._flag("_backward_pre_hooks"), hook, prepend)


def _flag(self, name):
    """A dict that few modules have."""
    return self.__dict__.setdefault(name, OrderedDict())


def _set_full_backward(self, full):
    if self._is_full_backward_hook is (not full):
        raise RuntimeError(_calls.ON_MODULE)
    self._is_full_backward_hook = full


def _get_backward_hooks(self):
    return _calls.backward_hooks_of(self)


METHODS = [
    register_forward_pre_hook, register_forward_hook, register_backward_hook, register_full_backward_hook,
    register_full_backward_pre_hook, _flag, _set_full_backward, _get_backward_hooks,
]  # fmt: skip
