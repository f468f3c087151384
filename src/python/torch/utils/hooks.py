"""`RemovableHandle`: what registering a hook answers with; `BackwardHook`: a module's place in the graph."""

import weakref

from .._bridge import TensorBase


class RemovableHandle:
    """Takes a hook off again: out of the dict that it was put in under `id`, or by a function."""

    next_id = 0

    def __init__(self, hooks_dict, *, extra_dict=()):
        self.id = RemovableHandle.next_id
        RemovableHandle.next_id += 1
        self._remove = None if isinstance(hooks_dict, dict) else hooks_dict
        further = extra_dict if isinstance(extra_dict, (list, tuple)) else [extra_dict]
        self._dicts = tuple([weakref.ref(one) for one in (hooks_dict, *further)]) if self._remove is None else ()

    @property
    def hooks_dict_ref(self):
        return self._dicts[0]

    def remove(self):
        if self._remove is not None:
            self._remove()
        for one in self._dicts:
            hooks = one()
            if hooks is not None:
                hooks.pop(self.id, None)

    def __getstate__(self):
        return self._dicts[0]() if self._dicts else None, self.id

    def __setstate__(self, state):
        hooks, self.id = state[:2]
        self._remove = None
        self._dicts = () if hooks is None else (weakref.ref(hooks),)
        RemovableHandle.next_id = max(RemovableHandle.next_id, self.id + 1)

    def __enter__(self):
        return self

    def __exit__(self, type, value, tb):
        self.remove()


class BackwardHook:
    """Calls a module's full backward hooks: the gradients of its inputs and outputs are what passes through two nodes around it.

    `user_hooks` are called with both when those of the inputs have come, or at once if no input has a gradient; `user_pre_hooks` with
    those of the outputs. Either may answer with others to go on with.
    """

    def __init__(self, module, user_hooks, user_pre_hooks=()):
        self.module = module
        self.user_hooks = user_hooks
        self.user_pre_hooks = user_pre_hooks
        self.grad_outputs = None
        self.n_outputs = self.output_places = None
        self.n_inputs = self.input_places = None

    def setup_input_hook(self, args):
        def attach(node):
            def hook(sent, _):
                return self._at_inputs(sent)

            node.register_hook(hook)

        args, self.input_places = _pass_through(attach, args)
        self.n_inputs = len(args)
        return args

    def setup_output_hook(self, args):
        def attach(node):
            node.register_prehook(self._at_outputs)

        is_tuple = isinstance(args, tuple)
        args, self.output_places = _pass_through(attach, args if is_tuple else (args,))
        self.n_outputs = len(args)
        return args if is_tuple else args[0]

    def _at_outputs(self, arrived):
        gradients = _spread(self.output_places, arrived, self.n_outputs)
        for hook in self.user_pre_hooks:
            answered = hook(self.module, gradients)
            if answered is not None:
                gradients = _as_many(answered, gradients, "Backward pre hook", "grad_output")
        self.grad_outputs = gradients
        if self.input_places is None:
            self._without_inputs()
        return _picked(self.output_places, gradients) if self.user_pre_hooks else None

    def _without_inputs(self):
        nothing = (None,) * self.n_inputs
        for hook in self.user_hooks:
            answered = hook(self.module, nothing, self.grad_outputs)
            if answered is not None and not (isinstance(answered, tuple) and all(one is None for one in answered)):
                raise RuntimeError(
                    "Backward hook for Modules where no input requires gradient should always return None or None for all gradients."
                )
        self.grad_outputs = None

    def _at_inputs(self, sent):
        if self.grad_outputs is None:
            return None
        gradients = _spread(self.input_places, sent, self.n_inputs)
        for hook in self.user_hooks:
            answered = hook(self.module, gradients, self.grad_outputs)
            if answered is not None:
                gradients = _as_many(answered, gradients, "Backward hook", "grad_input")
        self.grad_outputs = None
        return _picked(self.input_places, gradients)


def _pass_through(attach, args):
    """The arguments, with the tensors among them led through one node, and the places of these; None when no gradient goes that way."""
    import torch

    from ..nn.modules._functions import BackwardHookFunction

    places = [i for i, arg in enumerate(args) if isinstance(arg, TensorBase)]
    if not (torch.is_grad_enabled() and any(args[i].requires_grad for i in places)):
        return args, None
    passed = BackwardHookFunction.apply(*[args[i] for i in places])
    node = next(tensor.grad_fn for tensor in passed if tensor.grad_fn is not None)
    attach(node)
    led = list(args)
    for place, tensor in zip(places, passed):
        led[place] = tensor
    return (type(args)(*led) if hasattr(args, "_fields") else tuple(led)), places


def _spread(places, values, size):
    spread = [None] * size
    for place, value in zip(places, values):
        spread[place] = value
    return tuple(spread)


def _picked(places, values):
    return tuple([values[place] for place in places])


def _as_many(answered, before, what, which):
    if len(answered) != len(before):
        raise RuntimeError(f"{what} returned an invalid number of {which}, got {len(answered)}, but expected {len(before)}")
    return answered


for _class in (RemovableHandle, BackwardHook):
    _class.__module__ = "torch.utils.hooks"
