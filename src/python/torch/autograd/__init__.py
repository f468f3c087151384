"""Passes: `backward` and `grad`."""

from sys import _getframe

from .. import _bridge, _sites
from .._bridge import NONE, TensorBase, answer, check
from .._names import module_getattr
from . import anomaly_mode, forward_ad, function, functional, graph, profiler
from .anomaly_mode import detect_anomaly, set_detect_anomaly
from .function import Function
from .gradcheck import gradcheck, gradgradcheck
from .grad_mode import enable_grad, inference_mode, no_grad, set_grad_enabled
from .variable import Variable

__getattr__ = module_getattr("torch.autograd")


def backward(tensors, grad_tensors=None, retain_graph=None, create_graph=False, grad_variables=None, inputs=None):
    """Adds the gradients of `tensors` to the `.grad` of the leaves they come from."""
    if grad_variables is not None:
        grad_tensors = grad_variables
    if inputs is not None and not isinstance(inputs, TensorBase) and len(inputs) == 0:
        raise RuntimeError("'inputs' argument to backward() cannot be empty.")
    roots = _sequence(tensors)
    site = _sites.stack_of(_getframe(1))
    check(_run(site, roots, _gradients(grad_tensors, roots), retain_graph, create_graph, inputs))


def run_backward(site, tensor, gradient, retain_graph, create_graph, inputs):
    """`tensor.backward(...)`."""
    if inputs is not None and not isinstance(inputs, TensorBase) and len(inputs) == 0:
        raise RuntimeError("'inputs' argument to backward() cannot be empty.")
    check(_run(site, (tensor,), _gradients(gradient, (tensor,)), retain_graph, create_graph, inputs))


def _run(site, roots, gradients, retain_graph, create_graph, inputs):
    listed = "" if inputs is None else _handles(_sequence(inputs))
    return _bridge.E.backward(site, _handles(roots), gradients, _flag(retain_graph), bool(create_graph), listed)


def grad(
    outputs,
    inputs,
    grad_outputs=None,
    retain_graph=None,
    create_graph=False,
    only_inputs=True,
    allow_unused=None,
    is_grads_batched=False,
    materialize_grads=False,
):
    """The gradients of `outputs` by each of `inputs`; `.grad` stays as it is."""
    if is_grads_batched:
        raise NotImplementedError("is_grads_batched is not supported by the embedded engine yet: call grad() in a loop.")
    if materialize_grads and allow_unused is False:
        raise ValueError(
            "Expected allow_unused to be True or not passed when materialize_grads=True, but got: allow_unused=False."
        )
    outputs = _sequence(outputs)
    inputs = _sequence(inputs)
    site = _sites.stack_of(_getframe(1))
    found = answer(
        _bridge.E.autogradGrad(
            site,
            _handles(outputs),
            _handles(inputs),
            _gradients(grad_outputs, outputs),
            _flag(retain_graph),
            bool(create_graph),
            bool(allow_unused) or materialize_grads,
        )
    )
    if not materialize_grads:
        return found
    return tuple([tensor.new_zeros(tensor.size()) if one is None else one for one, tensor in zip(found, inputs)])


def _is_checkpoint_valid():
    return not _bridge.E.partialPass()


def is_tensor_like(value):
    return isinstance(value, TensorBase)


def _sequence(tensors):
    return (tensors,) if isinstance(tensors, TensorBase) else tuple(tensors)


def _handles(tensors):
    return ",".join([str(tensor._h) for tensor in tensors])


def _flag(value):
    return -1 if value is None else 1 if value else 0


def _gradients(given, outputs):
    """`3,-2`: a handle for each output, -2 where none was given; empty when no gradient was given at all."""
    if given is None:
        return ""
    given = _sequence(given)
    for gradient in given:
        if gradient is not None and not isinstance(gradient, TensorBase):
            raise TypeError(f"gradients can be either Tensors or None, but got {type(gradient).__name__}")
    given = given[: len(outputs)]
    if len(given) != len(outputs):
        raise RuntimeError(f"got {len(outputs)} tensors and {len(given)} gradients")
    return ",".join([str(NONE if gradient is None else gradient._h) for gradient in given])
