"""`torch.func`: functions that make functions, for derivatives of any order. As in PyTorch 2."""

import functools

import torch

from ._bridge import TensorBase, leaf_handle
from ._names import module_getattr
from .utils._pytree import flatten, map_only

__all__ = ["grad", "grad_and_value", "vjp", "jacrev", "hessian", "functional_call"]


def __getattr__(name):
    if name in ("jvp", "jacfwd", "linearize"):
        return _refused(name, "it differentiates backwards only. Use jacrev or vjp")
    if name == "vmap":
        return _refused(name, "there is no batching of functions. Write the batch dimension out, or loop and torch.stack")
    return module_getattr("torch.func")(name)


def _refused(name, what):
    def refuse(*args, **kwargs):
        raise NotImplementedError(f"torch.func.{name} is not in the embedded engine yet: {what}.")

    return refuse


def grad(func, argnums=0, has_aux=False):
    """A function that gives the gradient of the scalar `func` by its arguments `argnums`."""
    both = grad_and_value(func, argnums, has_aux)

    @functools.wraps(func)
    def wrapper(*args, **kwargs):
        gradient, value = both(*args, **kwargs)
        return (gradient, value[1]) if has_aux else gradient

    return wrapper


def grad_and_value(func, argnums=0, has_aux=False):
    """A function that gives the gradient and the value; `has_aux`: of a `func` that gives more than its value."""

    @functools.wraps(func)
    def wrapper(*args, **kwargs):
        with torch.enable_grad():
            args, chosen, inputs = _open(args, argnums)
            output = func(*args, **kwargs)
            value, aux = _with_aux(output, has_aux)
            _require_scalar(value)
            found = _gradients((value,), inputs, None)
        close = _closing(inputs)
        gradient = _like(chosen, [close(one) for one in found])
        value = close(value)
        return gradient, (value, map_only(TensorBase, close, aux)) if has_aux else value

    return wrapper


def vjp(func, *primals, has_aux=False):
    """`func(*primals)`, and a function that multiplies a cotangent with its Jacobian."""
    with torch.enable_grad():
        args, chosen, inputs = _open(primals, tuple(range(len(primals))))
        output, aux = _with_aux(func(*args), has_aux)
    outputs, rebuild = flatten(output)
    for out in outputs:
        if not isinstance(out, TensorBase):
            raise RuntimeError(
                f"vjp(f, *primals): Expected f(*primals) to return only tensors, got unsupported type {type(out)}"
            )
    close = _closing(inputs)

    def wrapper(cotangents, retain_graph=True, create_graph=None):
        along, _ = flatten(cotangents)
        if len(along) != len(outputs):
            raise RuntimeError("Expected pytree structure of cotangents to be the same as pytree structure of outputs to the function.")
        with torch.enable_grad():
            found = _gradients(outputs, inputs, along)
        beyond = _closing(inputs + [one for one in along if not one.requires_grad])
        gradients = _like(chosen, [beyond(one) for one in found])
        return gradients

    result = rebuild([close(out) for out in outputs])
    return (result, wrapper, map_only(TensorBase, close, aux)) if has_aux else (result, wrapper)


def jacrev(func, argnums=0, *, has_aux=False, chunk_size=None, _preallocate_and_copy=False):
    """A function that gives the Jacobian of `func` by its arguments `argnums`, row by row."""

    @functools.wraps(func)
    def wrapper(*args, **kwargs):
        with torch.enable_grad():
            args, chosen, inputs = _open(args, argnums)
            output, aux = _with_aux(func(*args, **kwargs), has_aux)
            outputs, rebuild = flatten(output)
            rows = [_jacobian(out, inputs) for out in outputs]
        close = _closing(inputs)
        jacobian = rebuild([_like(chosen, [close(one) for one in row]) for row in rows])
        return (jacobian, map_only(TensorBase, close, aux)) if has_aux else jacobian

    return wrapper


def hessian(func, argnums=0):
    """A function that gives the second derivatives of `func`."""
    return jacrev(jacrev(func, argnums), argnums)


def functional_call(module, parameter_and_buffer_dicts, args=None, kwargs=None, *, tie_weights=True, strict=False):
    """Calls a module with other parameters and buffers, by their names, than its own."""
    given = parameter_and_buffer_dicts
    values = dict(given) if isinstance(given, dict) else {name: value for one in given for name, value in one.items()}
    args = () if args is None else args if isinstance(args, tuple) else (args,)
    places = {name: _place(module, name) for name in values}
    before = {name: store[key] for name, (store, key) in places.items()}
    try:
        for name, (store, key) in places.items():
            store[key] = values[name]
        return module(*args, **(kwargs or {}))
    finally:
        for name, (store, key) in places.items():
            store[key] = before[name]


def _place(module, name):
    """The dict in which a module keeps a parameter or buffer."""
    path, _, key = name.rpartition(".")
    for part in path.split(".") if path else ():
        module = getattr(module, part)
    for store in (module._parameters, module._buffers):
        if key in store:
            return store, key
    raise AttributeError(f"{type(module).__name__} has no attribute `{key}`")


def _open(args, argnums):
    """The arguments with those to differentiate by in the graph; these as they were chosen, and their tensors."""
    numbers = (argnums,) if isinstance(argnums, int) else tuple(argnums)
    args = list(args)
    for number in numbers:
        if not -len(args) <= number < len(args):
            raise RuntimeError(
                f"Got argnum={number}, but only {len(args)} positional inputs. (Note: this is the case for grad and its like.)"
            )
        args[number] = map_only(TensorBase, _inside, args[number])
    chosen = args[numbers[0]] if isinstance(argnums, int) or len(numbers) == 1 and not isinstance(argnums, tuple) else tuple([args[n] for n in numbers])
    inputs = [leaf for leaf in flatten(chosen)[0] if isinstance(leaf, TensorBase)]
    return args, chosen, inputs


def _inside(tensor):
    return tensor.view_as(tensor) if tensor.requires_grad else tensor.detach().requires_grad_()


def _like(chosen, tensors):
    places = iter(tensors)
    return map_only(TensorBase, lambda _: next(places), chosen)


def _with_aux(output, has_aux):
    if not has_aux:
        return output, None
    if not isinstance(output, tuple) or len(output) != 2:
        raise RuntimeError("grad_and_value(f)(*args): output of function f should be a tuple: (output, aux) if has_aux is True")
    return output


def _require_scalar(value):
    if not isinstance(value, TensorBase):
        raise RuntimeError(f"grad_and_value(f)(*args): Expected f(*args) to return tensor, got type {type(value)}")
    if value.dim() != 0:
        raise RuntimeError(
            "grad_and_value(f)(*args): Expected f(*args) to return a scalar tensor, got tensor "
            f"with {value.dim()} dims. Maybe you wanted to use the vjp or jacrev APIs instead?"
        )


def _gradients(outputs, inputs, along):
    """Zeros where an output does not depend on an input."""
    along = along or [None] * len(outputs)
    pairs = [(out, given) for out, given in zip(outputs, along) if out.requires_grad]
    if not pairs:
        return [torch.zeros_like(given) for given in inputs]
    outs, given = zip(*pairs)
    found = torch.autograd.grad(outs, inputs, given, create_graph=True, allow_unused=True)
    return [torch.zeros_like(tensor) if one is None else one for one, tensor in zip(found, inputs)]


def _jacobian(out, inputs):
    if not isinstance(out, TensorBase):
        raise RuntimeError(f"jacrev: Expected all outputs of the function to be tensors, got {type(out)}")
    rows = [_gradients((out.reshape(-1)[element],), inputs, None) for element in range(out.nelement())]
    return [torch.stack(column).view(out.shape + given.shape) for column, given in zip(zip(*rows), inputs)]


def _closing(inputs):
    """What takes a result out: it keeps its history only where that leads further than to the tensors opened here."""
    own = {tensor._h for tensor in inputs if tensor.is_leaf}

    def close(tensor):
        return tensor if _leads_out(tensor, own) else tensor.detach()

    return close


def _leads_out(tensor, own):
    if tensor.grad_fn is None:
        return tensor.requires_grad and tensor._h not in own
    seen, waiting = set(), [tensor.grad_fn]
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        leaf = leaf_handle(node)
        if leaf is not None and leaf not in own:
            return True
        waiting += [other for other, _ in node.next_functions if other is not None]
    return False
