"""`state_dict` and `load_state_dict`: what a module holds, by the paths of its parts."""

import warnings
from collections import OrderedDict, namedtuple
from collections.abc import Mapping
from itertools import chain

from ..._bridge import TensorBase
from ..parameter import is_lazy
from . import _calls

EXTRA_STATE = "_extra_state"


class _IncompatibleKeys(namedtuple("IncompatibleKeys", ["missing_keys", "unexpected_keys"])):
    def __repr__(self):
        return super().__repr__() if self.missing_keys or self.unexpected_keys else "<All keys matched successfully>"

    __str__ = __repr__


_IncompatibleKeys.__module__ = "torch.nn.modules.module"


def state_dict(self, *args, destination=None, prefix="", keep_vars=False):
    """The parameters and persistent buffers of the whole tree, detached unless `keep_vars`. It shares their memory."""
    if args:
        warnings.warn(
            "Positional args are being deprecated, use kwargs instead. Refer to "
            "https://pytorch.org/docs/master/generated/torch.nn.Module.html#torch.nn.Module.state_dict for details."
        )
        given = dict(zip(("destination", "prefix", "keep_vars"), args))
        destination = given["destination"] if destination is None else destination
        prefix = given.get("prefix", "") if prefix == "" else prefix
        keep_vars = given.get("keep_vars", False) if keep_vars is False else keep_vars
    if destination is None:
        destination = OrderedDict()
        destination._metadata = OrderedDict()
    metadata = {"version": self._version}
    if hasattr(destination, "_metadata"):
        destination._metadata[prefix[:-1]] = metadata
    for hook in self.__dict__.get("_state_dict_pre_hooks", {}).values():
        hook(self, prefix, keep_vars)
    self._save_to_state_dict(destination, prefix, keep_vars)
    for name, module in self._modules.items():
        if module is not None:
            module.state_dict(destination=destination, prefix=f"{prefix}{name}.", keep_vars=keep_vars)
    for hook in self._state_dict_hooks.values():
        answered = hook(self, destination, prefix, metadata)
        if answered is not None:
            destination = answered
    return destination


def _save_to_state_dict(self, destination, prefix, keep_vars):
    """This module's own part, without its children."""
    for name, value in chain(self._parameters.items(), self._buffers.items()):
        if value is not None and name not in self._non_persistent_buffers_set:
            destination[prefix + name] = value if keep_vars else value.detach()
    if _overrides(self, "get_extra_state"):
        destination[prefix + EXTRA_STATE] = self.get_extra_state()


def _overrides(module, name):
    from .module import Module

    return getattr(type(module), name, None) is not getattr(Module, name)


def load_state_dict(self, state_dict, strict=True):
    """Copies a state into the parameters and buffers of the same paths. RuntimeError with all that does not fit; without `strict`
    keys may be missing or be too many."""
    if not isinstance(state_dict, Mapping):
        raise TypeError(f"Expected state_dict to be dict-like, got {type(state_dict)}.")
    metadata = getattr(state_dict, "_metadata", None)
    state_dict = OrderedDict(state_dict)
    if metadata is not None:
        state_dict._metadata = metadata
    keys = _IncompatibleKeys([], [])
    errors = []
    _load(self, state_dict, "", metadata, keys, errors)
    if strict:
        _complain(errors, "Missing", keys.missing_keys)
        _complain(errors, "Unexpected", keys.unexpected_keys, bool(keys.missing_keys))
    if errors:
        told = "\n\t".join(errors)
        raise RuntimeError(f"Error(s) in loading state_dict for {type(self).__name__}:\n\t{told}")
    return keys


def _complain(errors, what, keys, place=0):
    if keys:
        named = ", ".join([f'"{key}"' for key in keys])
        errors.insert(place, f"{what} key(s) in state_dict: {named}. ")


def _load(module, state, prefix, metadata, keys, errors):
    own = {} if metadata is None else metadata.get(prefix[:-1], {})
    module._load_from_state_dict(state, prefix, own, True, keys.missing_keys, keys.unexpected_keys, errors)
    for name, child in module._modules.items():
        if child is not None:
            inner = f"{prefix}{name}."
            _load(child, {key: value for key, value in state.items() if key.startswith(inner)}, inner, metadata, keys, errors)
    for hook in module._load_state_dict_post_hooks.values():
        answered = hook(module, keys)
        assert answered is None, (
            "Hooks registered with ``register_load_state_dict_post_hook`` are notexpected to return new values, if incompatible_keys need "
            "to be modified,it should be done inplace."
        )


def _load_from_state_dict(self, state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys, error_msgs):
    """This module's own part; what does not fit is added to the three lists."""
    for hook in self._load_state_dict_pre_hooks.values():
        hook(state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys, error_msgs)
    persistent = [(name, value) for name, value in self._buffers.items() if name not in self._non_persistent_buffers_set]
    own = {name: value for name, value in chain(self._parameters.items(), persistent) if value is not None}
    for name, value in own.items():
        if prefix + name in state_dict:
            _copy_into(value, state_dict[prefix + name], prefix + name, error_msgs)
        elif strict:
            missing_keys.append(prefix + name)
    extra = prefix + EXTRA_STATE
    if _overrides(self, "set_extra_state"):
        if extra in state_dict:
            self.set_extra_state(state_dict[extra])
        elif strict:
            missing_keys.append(extra)
    elif strict and extra in state_dict:
        unexpected_keys.append(extra)
    if strict:
        unexpected_keys += [key for key in state_dict if key.startswith(prefix) and key != extra and not _is_known(self, own, key[len(prefix) :])]


def _is_known(module, own, path):
    name = path.split(".", 1)[0]
    return name in module._modules or name in own


def _copy_into(own, given, key, errors):
    from ...autograd import no_grad

    if not isinstance(given, TensorBase):
        errors.append(
            f'While copying the parameter named "{key}", expected torch.Tensor or Tensor-like object from checkpoint but received '
            f"{type(given)}"
        )
        return
    lazy = is_lazy(own)
    if lazy and is_lazy(given):
        return
    if not lazy and own.dim() == 0 and len(given.shape) == 1:  # States from before PyTorch had numbers of no dimension.
        given = given[0]
    if not lazy and given.shape != own.shape:
        errors.append(
            f"size mismatch for {key}: copying a param with shape {given.shape} from checkpoint, the shape in current model is {own.shape}."
        )
        return
    try:
        with no_grad():
            own.copy_(given)
    except Exception as error:
        errors.append(
            f'While copying the parameter named "{key}", whose dimensions in the model are {own.size()} and whose dimensions in the '
            f"checkpoint are {given.size()}, an exception occurred : {error.args}."
        )


def _register_state_dict_hook(self, hook):
    """Calls `hook(module, state_dict, prefix, local_metadata)`, which may answer with another state."""
    return _calls.added(self._state_dict_hooks, hook)


def register_state_dict_pre_hook(self, hook):
    return _calls.added(self.__dict__.setdefault("_state_dict_pre_hooks", OrderedDict()), hook)


def _register_load_state_dict_pre_hook(self, hook, with_module=False):
    """Calls `hook` with the arguments of `_load_from_state_dict` before it."""
    return _calls.added(self._load_state_dict_pre_hooks, _calls.WrappedHook(hook, self if with_module else None))


def register_load_state_dict_pre_hook(self, hook):
    return self._register_load_state_dict_pre_hook(hook, with_module=True)


def register_load_state_dict_post_hook(self, hook):
    """Calls `hook(module, incompatible_keys)`, whose lists it may change."""
    return _calls.added(self._load_state_dict_post_hooks, hook)


METHODS = [
    state_dict, _save_to_state_dict, load_state_dict, _load_from_state_dict, _register_state_dict_hook, register_state_dict_pre_hook,
    _register_load_state_dict_pre_hook, register_load_state_dict_pre_hook, register_load_state_dict_post_hook,
]  # fmt: skip
