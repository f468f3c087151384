"""`gradcheck`: gradients compared with finite differences.

Complex numbers are taken as pairs of reals on both sides, which states PyTorch's convention for complex gradients exactly.
"""

import warnings

import torch

from .._bridge import TensorBase
from .function import Function


class GradcheckError(RuntimeError):
    """The gradients are not what finite differences say."""


GradcheckError.__module__ = "torch.autograd.gradcheck"


def gradcheck(
    func,
    inputs,
    *,
    eps=1e-6,
    atol=1e-5,
    rtol=1e-3,
    raise_exception=True,
    check_sparse_nnz=False,
    nondet_tol=0.0,
    check_undefined_grad=True,
    check_grad_dtypes=False,
    check_batched_grad=False,
    check_batched_forward_grad=False,
    check_forward_ad=False,
    check_backward_ad=True,
    fast_mode=False,
):
    """Whether the gradients of `func(*inputs)` by each input that requires grad agree with central differences of step `eps`.

    `fast_mode` is accepted, and all of the Jacobian is compared all the same.
    """
    if check_forward_ad or check_batched_forward_grad:
        raise NotImplementedError("gradcheck's check_forward_ad is not in the embedded engine yet: it differentiates backwards only.")
    if not check_backward_ad:
        raise AssertionError("Expected at least one of check_forward_ad or check_backward_ad to be True")
    try:
        inputs = (inputs,) if isinstance(inputs, TensorBase) else tuple(inputs)
        _check_inputs(inputs)
        outputs = _differentiable(func(*inputs))
        if outputs:
            _compare(func, inputs, outputs, eps, atol, rtol, nondet_tol, check_grad_dtypes)
        else:
            _no_output_depends(func, inputs, eps)
        if check_undefined_grad and outputs:
            _check_undefined(func, inputs)
    except GradcheckError:
        if raise_exception:
            raise
        return False
    return True


def gradgradcheck(
    func,
    inputs,
    grad_outputs=None,
    *,
    eps=1e-6,
    atol=1e-5,
    rtol=1e-3,
    gen_non_contig_grad_outputs=False,
    raise_exception=True,
    nondet_tol=0.0,
    check_undefined_grad=True,
    check_grad_dtypes=False,
    check_batched_grad=False,
    check_fwd_over_rev=False,
    check_rev_over_rev=True,
    fast_mode=False,
):
    """`gradcheck` of the gradients: whether second derivatives agree with finite differences."""
    if check_fwd_over_rev:
        raise NotImplementedError("gradgradcheck's check_fwd_over_rev is not in the embedded engine yet: it differentiates backwards only.")
    inputs = (inputs,) if isinstance(inputs, TensorBase) else tuple(inputs)
    if grad_outputs is None:
        outputs = _differentiable(func(*inputs))
        grad_outputs = tuple([torch.randn_like(out).requires_grad_() for out in outputs])
    else:
        grad_outputs = (grad_outputs,) if isinstance(grad_outputs, TensorBase) else tuple(grad_outputs)
    count = len(grad_outputs)

    def gradients(*args):
        given, along = args[:-count], args[-count:]
        wanted = tuple([arg for arg in given if isinstance(arg, TensorBase) and arg.requires_grad])
        found = torch.autograd.grad(_differentiable(func(*given)), wanted, along, create_graph=True, allow_unused=True)
        return tuple([grad for grad in found if grad is not None])

    return gradcheck(
        gradients,
        inputs + grad_outputs,
        eps=eps,
        atol=atol,
        rtol=rtol,
        raise_exception=raise_exception,
        nondet_tol=nondet_tol,
        check_undefined_grad=check_undefined_grad,
        check_grad_dtypes=check_grad_dtypes,
    )


def _check_inputs(inputs):
    any_requires_grad = False
    for i, tensor in enumerate(inputs):
        if not isinstance(tensor, TensorBase) or not tensor.requires_grad:
            continue
        any_requires_grad = True
        if tensor.dtype not in (torch.float64, torch.complex128):
            warnings.warn(
                f"Input #{i} requires gradient and is not a double precision floating point or complex. This check will likely fail if "
                "all the inputs are not of double precision floating point or complex. "
            )
        if any(stride == 0 and size > 1 for stride, size in zip(tensor.stride(), tensor.size())):
            raise RuntimeError(
                f"The {i}th input has a dimension with stride 0. gradcheck only supports inputs that are non-overlapping to be able to "
                "compute the numerical gradients correctly. You should call .contiguous on the input before passing it to gradcheck."
            )
    if not any_requires_grad:
        raise ValueError(
            "gradcheck expects at least one input tensor to require gradient, but none of the them have requires_grad=True."
        )


def _differentiable(outputs):
    outputs = (outputs,) if isinstance(outputs, TensorBase) else tuple(outputs)
    return tuple([out for out in outputs if isinstance(out, TensorBase) and out.requires_grad])


def _wanted(inputs):
    return [(i, tensor) for i, tensor in enumerate(inputs) if isinstance(tensor, TensorBase) and tensor.requires_grad]


def _no_output_depends(func, inputs, eps):
    for _, tensor in _wanted(inputs):
        for jacobian in _numerical(lambda *args: _tensors(func(*args)), inputs, tensor, eps):
            if (jacobian != 0).any():
                raise GradcheckError("Numerical gradient for function expected to be zero")


def _tensors(outputs):
    outputs = (outputs,) if isinstance(outputs, TensorBase) else tuple(outputs)
    return tuple([out for out in outputs if isinstance(out, TensorBase) and (out.is_floating_point() or out.is_complex())])


def _compare(func, inputs, outputs, eps, atol, rtol, nondet_tol, check_dtypes):
    for place, (_, tensor) in enumerate(_wanted(inputs)):
        numerical = _numerical(lambda *args: _differentiable(func(*args)), inputs, tensor, eps)
        for o, (out, expected) in enumerate(zip(outputs, numerical)):
            found = _analytical(func, inputs, tensor, o, check_dtypes)
            again = _analytical(func, inputs, tensor, o, check_dtypes)
            if not ((found - expected).abs() <= atol + rtol * expected.abs()).all():
                raise GradcheckError(
                    f"Jacobian mismatch for output {o} with respect to input {place},\nnumerical:{expected}\nanalytical:{found}\n"
                )
            if found.numel() and (found - again).abs().max() > nondet_tol:
                raise GradcheckError(
                    "Backward is not reentrant, i.e., running backward with same input and grad_output multiple times gives different "
                    "values, although analytical gradient matches numerical gradient."
                    f"The tolerance for nondeterminism was {nondet_tol}."
                )


def _reals(tensor):
    """The elements as one row of reals."""
    flat = tensor.detach().reshape(-1)
    return torch.view_as_real(flat.resolve_conj()).reshape(-1) if tensor.is_complex() else flat


def _numerical(func, inputs, tensor, eps):
    """By central differences: for each output a matrix of inputs' elements by outputs' elements."""
    columns = None
    flat = tensor.data
    steps = (eps, eps * 1j) if tensor.is_complex() else (eps,)
    for index in _indices(tensor.size()):
        before = flat[index].clone()
        for step in steps:
            flat[index] = before - step
            low = [_reals(out).clone() for out in func(*inputs)]
            flat[index] = before + step
            high = [_reals(out).clone() for out in func(*inputs)]
            flat[index] = before
            rows = [(b - a) / (2 * eps) for a, b in zip(low, high)]
            columns = columns or [[] for _ in rows]
            for column, row in zip(columns, rows):
                column.append(row)
    return [torch.stack(column) for column in columns or []]


def _indices(size):
    indices = [()]
    for length in size:
        indices = [index + (i,) for index in indices for i in range(length)]
    return indices


def _analytical(func, inputs, tensor, which, check_dtypes):
    """By backward, one element of the output at a time."""
    out = _differentiable(func(*inputs))[which]
    columns = []
    for index in _indices(out.size()):
        for unit in (1, 1j) if out.is_complex() else (1,):
            along = torch.zeros_like(out)
            along[index] = unit
            (grad,) = torch.autograd.grad(out, tensor, along, retain_graph=True, allow_unused=True)
            if grad is not None and check_dtypes and grad.dtype != tensor.dtype:
                raise GradcheckError("Dtype of gradient is not the same as the input")
            if grad is not None and grad.size() != tensor.size():
                raise GradcheckError("Gradient has incorrect size")
            columns.append(_reals(torch.zeros_like(tensor) if grad is None else grad))
    if not columns:
        return torch.zeros(tensor.numel(), 0, dtype=tensor.dtype)
    return torch.stack(columns, 1)


def _check_undefined(func, inputs):
    """A gradient that does not arrive stands for zeros, and a backward has to cope."""
    wanted = [tensor for _, tensor in _wanted(inputs)]
    outputs = _differentiable(func(*inputs))
    undefined = [_Undefined.apply(out) for out in outputs]
    message = (
        "Expected backward function to handle undefined output grads. Please look at 'Notes about undefined output gradients' in "
        "'tools/autograd/derivatives.yaml'"
    )
    try:
        grads = torch.autograd.grad(undefined, wanted, [torch.zeros_like(out) for out in outputs], allow_unused=True)
    except RuntimeError as error:
        raise GradcheckError(message) from error
    for grad in grads:
        if grad is not None and (grad != 0).any():
            raise GradcheckError(
                "Expected all input grads to be undefined or zero when all output grads are undefined or zero. Please look at 'Notes "
                "about undefined output gradients' in 'tools/autograd/derivatives.yaml'"
            )


class _Undefined(Function):
    @staticmethod
    def forward(ctx, out):
        return out.clone()

    @staticmethod
    def backward(ctx, grad):
        return None
