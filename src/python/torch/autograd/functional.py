"""Products with, and the whole of, Jacobians and Hessians of a function of tensors.

Forward products are made by differentiating a backward product twice; there is no forward-mode differentiation.
"""

import torch

from .._bridge import TensorBase

_STRICT = " This is not allowed in strict mode."


def vjp(func, inputs, v=None, create_graph=False, strict=False):
    """`func(*inputs)` and the product of `v` with its Jacobian: `v^T J`."""
    with torch.enable_grad():
        inputs, one_input, outputs, one_output = _run(func, inputs, "vjp", create_graph, strict)
        v = _vector(v, outputs, one_output, _NEEDS_V_OUTPUT)
        found = _grad(outputs, inputs, v, create_graph, strict, create_graph)
    grads = _filled(found, inputs, strict, create_graph, "The output of the user-provided function is independent of input {}.")
    return _result(outputs, one_output, create_graph), _result(grads, one_input, create_graph)


def jvp(func, inputs, v=None, create_graph=False, strict=False):
    """`func(*inputs)` and the product of its Jacobian with `v`: `J v`."""
    with torch.enable_grad():
        inputs, one_input, outputs, one_output = _run(func, inputs, "jvp", create_graph, strict)
        v = _vector(v, inputs, one_input, _NEEDS_V_INPUT)
        dummies = tuple([torch.zeros_like(out, requires_grad=True) for out in outputs])
        grads = _grad(outputs, inputs, dummies, True, strict, True)
        _require_grad(grads, "grad_inputs", strict)
    if create_graph:
        with torch.enable_grad():
            found = _grad(grads, dummies, v, True, strict, True)
    else:
        found = _grad(grads, dummies, v, False, strict, False)
    products = _filled(found, outputs, strict, create_graph, "The gradient with respect to output {} is independent of the input.")
    return _result(outputs, one_output, create_graph), _result(products, one_output, create_graph)


def jacobian(func, inputs, create_graph=False, strict=False, vectorize=False, strategy="reverse-mode"):
    """The derivative of each element of the outputs by each element of the inputs, shaped outputs then inputs."""
    if strategy not in ("forward-mode", "reverse-mode"):
        raise AssertionError(
            'Expected strategy to be either "forward-mode" or "reverse-mode". Hint: If your function has more outputs than inputs, '
            '"forward-mode" tends to be more performant. Otherwise, prefer to use "reverse-mode".'
        )
    if strategy == "forward-mode":
        raise NotImplementedError(_NO_FORWARD)
    if strict and vectorize:
        raise RuntimeError(
            "torch.autograd.functional.jacobian: `strict=True` and `vectorized=True` are not supported together. Please either set "
            "`strict=False` or `vectorize=False`."
        )
    with torch.enable_grad():
        inputs, one_input, outputs, one_output = _run(func, inputs, "jacobian", create_graph, strict)
        rows = [_rows(i, out, inputs, create_graph, strict) for i, out in enumerate(outputs)]
    rows = tuple([_result(row, False, create_graph) for row in rows])
    if one_output:
        return rows[0][0] if one_input else rows[0]
    return tuple([row[0] for row in rows]) if one_input else rows


def _rows(index, out, inputs, create_graph, strict):
    """The Jacobian of one output by all inputs, row by row."""
    parts = [[] for _ in inputs]
    for element in range(out.nelement()):
        found = _grad((out.reshape(-1)[element],), inputs, None, True, strict, create_graph)
        for place, (grad, given, rows) in enumerate(zip(found, inputs, parts)):
            if grad is None and strict:
                raise RuntimeError(f"Output {index} of the user-provided function is independent of input {place}.{_STRICT}")
            if grad is not None and strict and create_graph and not grad.requires_grad:
                raise RuntimeError(
                    f"The jacobian of the user-provided function is independent of input {place}. This is not allowed in strict mode when create_graph=True."
                )
            rows.append(torch.zeros_like(given) if grad is None else grad)
    return tuple([torch.stack(rows).view(out.size() + given.size()) for rows, given in zip(parts, inputs)])


def hessian(func, inputs, create_graph=False, strict=False, vectorize=False, outer_jacobian_strategy="reverse-mode"):
    """The second derivatives of a function of one element."""
    inputs, one_input = _as_tuple(inputs, "inputs", "hessian")
    if outer_jacobian_strategy == "forward-mode":
        raise NotImplementedError(_NO_FORWARD)

    def scalar(*given):
        out = func(*given)
        _, single = _as_tuple(out, "outputs of the user-provided function", "hessian")
        _one_element(out, single, "hessian")
        return out.squeeze()

    def gradient(*given):
        found = jacobian(scalar, given, create_graph=True)
        _require_grad(found, "jacobian", strict)
        return found

    found = jacobian(gradient, inputs, create_graph=create_graph, strict=strict)
    return found[0][0] if one_input else found


def vhp(func, inputs, v=None, create_graph=False, strict=False):
    """`func(*inputs)` and the product of `v` with its Hessian: `v^T H`."""
    return _second(func, inputs, v, create_graph, strict, "vhp")


def hvp(func, inputs, v=None, create_graph=False, strict=False):
    """`func(*inputs)` and the product of its Hessian with `v`: `H v`, by symmetry of `H` made as `jvp` of the gradient."""
    return _second(func, inputs, v, create_graph, strict, "hvp")


def _second(func, inputs, v, create_graph, strict, name):
    with torch.enable_grad():
        inputs, one_input, outputs, one_output = _run(func, inputs, name, create_graph, strict)
        v = _vector(v, inputs, one_input, _NEEDS_V_INPUT)
        _one_element(outputs[0], one_output, name)
        grads = _grad(outputs, inputs, None, True, strict, True)
        _require_grad(grads, "jacobian", strict)
        if name == "vhp":
            found = _grad(grads, inputs, v, create_graph, strict, create_graph)
        else:
            found = _twice(grads, inputs, v, create_graph, strict)
    products = _filled(found, inputs, strict, create_graph, "The output of the user-provided function is independent of input {}.")
    return _result(outputs, one_output, create_graph), _result(products, one_input, create_graph)


def _twice(grads, inputs, v, create_graph, strict):
    dummies = tuple([torch.zeros_like(grad, requires_grad=True) if grad is not None else None for grad in grads])
    kept = [(grad, dummy) for grad, dummy in zip(grads, dummies) if grad is not None and grad.requires_grad]
    double = _grad(tuple([grad for grad, _ in kept]), inputs, tuple([dummy for _, dummy in kept]), True, strict, True)
    _require_grad(double, "hessian", strict)
    pairs = [(part, along) for part, along in zip(double, v) if part is not None and part.requires_grad]
    live = [dummy for _, dummy in kept]
    found = iter(_grad(tuple([p for p, _ in pairs]), tuple(live), tuple([a for _, a in pairs]), create_graph, strict, create_graph))
    used = {id(dummy) for dummy in live}
    return tuple([next(found) if dummy is not None and id(dummy) in used else None for dummy in dummies])


_NO_FORWARD = "Forward-mode differentiation is not in the embedded engine yet: use strategy='reverse-mode'."
_NEEDS_V_OUTPUT = "The vector v can only be None if the user-provided function returns a single Tensor with a single element."
_NEEDS_V_INPUT = "The vector v can only be None if the input to the user-provided function is a single Tensor with a single element."


def _run(func, inputs, name, create_graph, strict):
    inputs, one_input = _as_tuple(inputs, "inputs", name)
    inputs = tuple([_prepared(tensor, create_graph) for tensor in inputs])
    outputs, one_output = _as_tuple(func(*inputs), "outputs of the user-provided function", name)
    _require_grad(outputs, "outputs", strict)
    return inputs, one_input, outputs, one_output


def _prepared(tensor, create_graph):
    """A tensor to differentiate by: part of the program's graph only where that was asked for."""
    if create_graph:
        return tensor.view_as(tensor) if tensor.requires_grad else tensor.detach().requires_grad_()
    return tensor.detach().requires_grad_()


def _as_tuple(given, what, name):
    one = not isinstance(given, tuple)
    values = (given,) if one else given
    for i, value in enumerate(values):
        if isinstance(value, TensorBase):
            continue
        said = f"given {what} has type {type(value)}" if one else f"value at index {i} has type {type(value)}"
        raise TypeError(f"The {what} given to {name} must be either a Tensor or a tuple of Tensors but the {said}.")
    return values, one


def _vector(v, others, one, message):
    if v is None:
        if not one or others[0].nelement() != 1:
            raise RuntimeError(message)
        return tuple([torch.ones_like(other) for other in others])
    v, _ = _as_tuple(v, "v", "v")
    if len(v) != len(others):
        raise RuntimeError(f"v is a tuple of invalid length: should be {len(others)} but got {len(v)}.")
    for i, (given, other) in enumerate(zip(v, others)):
        if given.size() != other.size():
            entry = f"Entry {i} in " if len(v) > 1 else ""
            raise RuntimeError(f"{entry}v has invalid size: should be {other.size()} but got {given.size()}.")
    return v


def _one_element(out, single, name):
    if not single or not isinstance(out, TensorBase):
        raise RuntimeError(f"The function given to {name} should return a single Tensor")
    if out.nelement() != 1:
        raise RuntimeError(f"The Tensor returned by the function given to {name} should contain a single element")


def _require_grad(tensors, kind, strict):
    if not strict:
        return
    tensors = (tensors,) if isinstance(tensors, TensorBase) else tensors
    for i, tensor in enumerate(tensors):
        if tensor is None:
            raise RuntimeError(f"The output of the user-provided function is independent of input {i}.{_STRICT}")
        if tensor.requires_grad:
            continue
        raise RuntimeError(
            {
                "outputs": f"Output {i} of the user-provided function does not require gradients. The outputs must be computed in a "
                "differentiable manner from the input when running in strict mode.",
                "grad_inputs": f"The gradient with respect to input {i} is independent of the inputs of the user-provided function."
                + _STRICT,
                "jacobian": f"While computing the hessian, found that the jacobian of the user-provided function with respect to input {i} "
                "is independent of the input. This is not allowed in strict mode. You should ensure that your function is twice "
                "differentiable and that the jacobian depends on the inputs (this would be violated by a linear function for example).",
                "hessian": f"The hessian of the user-provided function with respect to input {i} is independent of the input. This is not "
                "allowed in strict mode. You should ensure that your function is thrice differentiable and that the hessian depends on "
                "the inputs.",
            }[kind]
        )


def _grad(outputs, inputs, grad_outputs, keep, strict, create_graph):
    """Like `torch.autograd.grad`; outputs that depend on nothing count for nothing."""
    grad_outputs = grad_outputs or (None,) * len(outputs)
    pairs = [(out, given) for out, given in zip(outputs, grad_outputs) if out is not None and out.requires_grad]
    if not pairs:
        return (None,) * len(inputs)
    return torch.autograd.grad(
        [out for out, _ in pairs],
        inputs,
        [given for _, given in pairs],
        allow_unused=True,
        create_graph=create_graph,
        retain_graph=True if keep else None,
    )


def _filled(grads, others, strict, create_graph, message):
    filled = []
    for i, (grad, other) in enumerate(zip(grads, others)):
        if grad is None and strict:
            raise RuntimeError(message.format(i) + _STRICT)
        if grad is not None and strict and create_graph and not grad.requires_grad:
            raise RuntimeError(
                f"The jacobian of the user-provided function is independent of input {i}. This is not allowed in strict mode when create_graph=True."
            )
        filled.append(torch.zeros_like(other) if grad is None else grad)
    return tuple(filled)


def _result(tensors, one, create_graph):
    tensors = tuple([tensor if create_graph else tensor.detach() for tensor in tensors])
    return tensors[0] if one else tensors
