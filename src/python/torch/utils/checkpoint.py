"""Checkpointing: parts of the forward are not kept for backward, but run again in it."""

import contextlib
import warnings

import torch

from .._bridge import TensorBase


def checkpoint(function, *args, use_reentrant=True, context_fn=None, determinism_check="default", debug=False, **kwargs):
    """`function(*args)`, which is run again when its gradients are asked for."""
    preserve = kwargs.pop("preserve_rng_state", True)
    if kwargs and use_reentrant:
        raise ValueError("Unexpected keyword arguments: " + ",".join(kwargs))
    if use_reentrant:
        return CheckpointFunction.apply(function, preserve, *args)
    return _without_reentrant(function, preserve, args, kwargs)


def checkpoint_sequential(functions, segments, input, use_reentrant=True, **kwargs):
    """A chain of modules in `segments` parts, each but the last of which is checkpointed."""
    preserve = kwargs.pop("preserve_rng_state", True)
    if kwargs:
        raise ValueError("Unexpected keyword arguments: " + ",".join(kwargs))
    functions = list(functions.children()) if isinstance(functions, torch.nn.Sequential) else list(functions)

    def part(start, end):
        def run(value):
            for one in functions[start : end + 1]:
                value = one(value)
            return value

        return run

    length = len(functions) // segments
    end = -1
    for start in range(0, length * (segments - 1), length):
        end = start + length - 1
        input = checkpoint(part(start, end), input, use_reentrant=use_reentrant, preserve_rng_state=preserve)
    return part(end + 1, len(functions) - 1)(input)


def check_backward_validity(inputs):
    if not any(given.requires_grad for given in inputs if isinstance(given, TensorBase)):
        warnings.warn("None of the inputs have requires_grad=True. Gradients will be None", stacklevel=2)


def detach_variable(inputs):
    if not isinstance(inputs, tuple):
        raise RuntimeError("Only tuple of tensors is supported. Got Unsupported input type: ", type(inputs).__name__)
    out = []
    for given in inputs:
        if isinstance(given, TensorBase):
            detached = given.detach()
            detached.requires_grad = given.requires_grad
            given = detached
        out.append(given)
    return tuple(out)


@contextlib.contextmanager
def _rng(state):
    """The random numbers of the first time; afterwards those of now go on."""
    if state is None:
        yield
        return
    now = torch.get_rng_state()
    torch.set_rng_state(state)
    try:
        yield
    finally:
        torch.set_rng_state(now)


class CheckpointFunction(torch.autograd.Function):
    """The reentrant way: backward runs the function again, and a pass through that."""

    @staticmethod
    def forward(ctx, run_function, preserve_rng_state, *args):
        check_backward_validity(args)
        ctx.run_function = run_function
        ctx.state = torch.get_rng_state() if preserve_rng_state else None
        ctx.inputs = [None if isinstance(arg, TensorBase) else arg for arg in args]
        ctx.places = [i for i, arg in enumerate(args) if isinstance(arg, TensorBase)]
        ctx.save_for_backward(*[args[i] for i in ctx.places])
        return run_function(*args)

    @staticmethod
    def backward(ctx, *gradients):
        if not torch.autograd._is_checkpoint_valid():
            raise RuntimeError(
                "Checkpointing is not compatible with .grad() or when an `inputs` parameter is passed to .backward(). Please use "
                ".backward() and do not pass its `inputs` argument."
            )
        inputs = list(ctx.inputs)
        for place, tensor in zip(ctx.places, ctx.saved_tensors):
            inputs[place] = tensor
        detached = detach_variable(tuple(inputs))
        with _rng(ctx.state), torch.enable_grad():
            outputs = ctx.run_function(*detached)
        outputs = (outputs,) if isinstance(outputs, TensorBase) else outputs
        pairs = [
            (out, grad) for out, grad in zip(outputs, gradients) if isinstance(out, TensorBase) and out.requires_grad
        ]
        if not pairs:
            raise RuntimeError("none of output has requires_grad=True, this checkpoint() is not necessary")
        torch.autograd.backward([out for out, _ in pairs], [grad for _, grad in pairs])
        return (None, None) + tuple([given.grad if isinstance(given, TensorBase) else None for given in detached])


CheckpointFunction.__module__ = "torch.utils.checkpoint"


def _without_reentrant(function, preserve, args, kwargs):
    """What would be saved is counted instead; the first that is asked for makes the function run again, which saves them all."""
    state = torch.get_rng_state() if preserve else None
    holders = []
    values = {}

    def pack(tensor):
        holders.append(_Holder())
        return holders[-1]

    def unpack(holder):
        if holder not in values:
            _again()
        if holder not in values:
            raise RuntimeError(
                "Attempt to retrieve a tensor saved by autograd multiple times without checkpoint recomputation being triggered in "
                "between, this is not currently supported. Please open an issue with details on your use case so that we can prioritize "
                "adding this."
            )
        return values.pop(holder)

    def _again():
        places = iter(holders)

        def keep(tensor):
            holder = next(places, None)
            if holder is not None:
                values[holder] = tensor.detach()
            return holder

        def refuse(_):
            raise RuntimeError("You are calling backwards on a tensor that is never exposed. Please open an issue.")

        with _rng(state), torch.enable_grad(), torch.autograd.graph.saved_tensors_hooks(keep, refuse):
            function(*args, **kwargs)

    with torch.autograd.graph.saved_tensors_hooks(pack, unpack):
        return function(*args, **kwargs)


class _Holder:
    """Stands for a tensor that was not saved."""
