"""`torch.autograd.Function`: operations whose backward the program writes."""

import functools
import inspect
import warnings
from sys import _getframe

from .. import _bridge, _sites
from .._bridge import NONE, TensorBase, answer, failure, wrap


class FunctionCtx:
    """What `forward` leaves for `backward`."""

    def save_for_backward(self, *tensors):
        self.to_save = tensors

    def save_for_forward(self, *tensors):
        self.saved_for_forward = tensors

    def mark_dirty(self, *args):
        self.dirty_tensors = args

    def mark_non_differentiable(self, *args):
        self.non_differentiable = args

    def set_materialize_grads(self, value):
        self.materialize_grads = value

    def mark_shared_storage(self, *pairs):
        warnings.warn(
            "mark_shared_storage is deprecated. Tensors with shared storages are automatically tracked. Note that calls to "
            "`set_()` are not tracked"
        )


class BackwardCFunction(_bridge.Node, FunctionCtx):
    """The `ctx`, and the backward function of what `forward` made."""

    def __init__(self, needs_input_grad):
        self._forget()
        self.needs_input_grad = needs_input_grad
        self.materialize_grads = True

    def _forget(self):
        """What only the call itself needs."""
        self.to_save = self.dirty_tensors = self.non_differentiable = None

    def __del__(self):
        if hasattr(self, "_id"):
            _bridge.Node.__del__(self)

    def name(self):
        return type(self).__name__

    @property
    def saved_tensors(self):
        count = vars(self).get("_saved_mask", ())
        if not any(count):
            return (None,) * len(count)
        found = answer(_bridge.E.savedCustom(self._id, ",".join([str(i) for i, kept in enumerate(count) if kept])))
        values = iter(found)
        return tuple([next(values) if kept else None for kept in count])

    @property
    def saved_variables(self):
        warnings.warn("'saved_variables' is deprecated; use 'saved_tensors'", DeprecationWarning, stacklevel=2)
        return self.saved_tensors

    def apply(self, *args):
        """Runs the program's backward."""
        backward, vjp = self._forward_cls.backward, self._forward_cls.vjp
        if backward is not Function.backward and vjp is not Function.vjp:
            raise RuntimeError(
                "Implementing both 'backward' and 'vjp' for a custom Function is not allowed. You should only implement one of them."
            )
        return (vjp if vjp is not Function.vjp else backward)(self, *args)


BackwardCFunction.__module__ = "torch.autograd.function"


class FunctionMeta(type):
    """Gives each `Function` a class for its `ctx`."""

    def __init__(cls, name, bases, attrs):
        cls._backward_cls = type(
            name + "Backward", (BackwardCFunction,), {"_forward_cls": cls, "__module__": "torch.autograd.function"}
        )
        super().__init__(name, bases, attrs)


class Function(metaclass=FunctionMeta):
    """Derive from it, write `forward` and `backward` as static methods, and call `apply`."""

    def __init__(self, *args, **kwargs):
        warnings.warn(
            f"{self.__class__} should not be instantiated. Methods on autograd functions are all static, so you should invoke them "
            "on the class itself. Instantiating an autograd function will raise an error in a future version of PyTorch.",
            DeprecationWarning,
            stacklevel=2,
        )

    def __call__(self, *args, **kwargs):
        raise RuntimeError(
            "Legacy autograd function with non-static forward method is deprecated. Please use new-style autograd function with "
            "static forward method. (Example: https://pytorch.org/docs/stable/autograd.html#torch.autograd.Function)"
        )

    @staticmethod
    def forward(ctx, *args, **kwargs):
        raise NotImplementedError("You must implement the forward function for custom autograd.Function.")

    @staticmethod
    def setup_context(ctx, inputs, output):
        raise NotImplementedError("setup_context is not implemented.")

    @staticmethod
    def backward(ctx, *grad_outputs):
        raise NotImplementedError(
            "You must implement either the backward or vjp method for your custom autograd.Function to use it with backward mode AD."
        )

    vjp = staticmethod(lambda ctx, *grad_outputs: Function.backward(ctx, *grad_outputs))

    @staticmethod
    def jvp(ctx, *grad_inputs):
        raise NotImplementedError(
            "You must implement the jvp function for custom autograd.Function to use it with forward mode AD."
        )

    @classmethod
    def apply(cls, *args, **kwargs):
        return _apply(cls, _sites.stack_of(_getframe(1)), args, kwargs)


def _apply(cls, site, args, kwargs):
    inputs = [arg for arg in args if isinstance(arg, TensorBase)]
    recording = _bridge.E.gradEnabled() == 1
    ctx = cls._backward_cls(tuple([isinstance(arg, TensorBase) and recording and arg.requires_grad for arg in args]))
    output = _forward(cls, ctx, args, kwargs)
    outputs = output if isinstance(output, tuple) else (output,)
    for given in outputs:
        if given is not None and not isinstance(given, TensorBase) and not isinstance(output, tuple):
            raise TypeError(
                f"{ctx.name()}.forward: expected Tensor or tuple of Tensor (got {type(given).__name__}) for return value 0"
            )
    attached = iter(_attach(ctx, site, args, inputs, [given for given in outputs if isinstance(given, TensorBase)]))
    outputs = tuple([next(attached) if isinstance(given, TensorBase) else given for given in outputs])
    return outputs if isinstance(output, tuple) else outputs[0]


def _forward(cls, ctx, args, kwargs):
    separate = cls.setup_context is not Function.setup_context
    before = _bridge.E.gradEnabled()
    _bridge.E.setGradEnabled(False)
    try:
        if not separate:
            return cls.forward(ctx, *args, **kwargs)
        output = cls.forward(*args, **kwargs)
        cls.setup_context(ctx, args, output)
        return output
    finally:
        _bridge.E.setGradEnabled(before == 1)


def _attach(ctx, site, args, inputs, outputs):
    """The outputs with their history."""
    saved = _checked(ctx.to_save, "save_for_backward can only save variables, but argument {} is of type {}", none=True)
    dirty = _checked(ctx.dirty_tensors, "mark_dirty can only accept variables, but argument {} is of type {}")
    fixed = _checked(ctx.non_differentiable, "mark_non_differentiable only accepts variable arguments, but got {1}")
    for tensor in dirty:
        if not any(tensor is output for output in outputs):
            raise RuntimeError("Some elements marked as dirty during the forward method were not returned as output. The inputs that are modified inplace must all be outputs of the Function.")
    ctx._saved_mask = tuple([tensor is not None for tensor in saved])
    name = type(ctx).__name__
    tensor_args = tuple([isinstance(arg, TensorBase) for arg in args])
    key = _bridge.keep(functools.partial(_contributions, ctx, tensor_args))
    text = _bridge.E.attachCustom(
        site, name, _input_names(ctx, args), _handles(inputs), _handles(outputs), _handles(dirty), _handles(fixed), _handles(saved), key, bool(ctx.materialize_grads)
    )
    if text == _bridge.FAILED:
        _bridge.let_go(key)
        raise failure()
    node = _bridge.E.attachedNode()
    if node == NONE:
        _bridge.let_go(key)
    else:
        _bridge.adopt_node(node, ctx)
    ctx._forget()
    known = {tensor._h: tensor for tensor in (*inputs, *outputs)}
    return [wrap(int(part[1:])) if part[0] == "n" else known[int(part)] for part in text.split(",") if part]


def _checked(tensors, message, none=False):
    if tensors is None:
        return ()
    if isinstance(tensors, TensorBase):
        return (tensors,)
    for i, tensor in enumerate(tensors):
        if not isinstance(tensor, TensorBase) and not (none and tensor is None):
            raise TypeError(message.format(i, type(tensor).__name__))
    return tensors


def _handles(tensors):
    return ",".join([str(NONE if tensor is None else tensor._h) for tensor in tensors])


def _input_names(ctx, args):
    """What `forward` calls its tensors; `name[0]` for those of `*name`."""
    try:
        forward = inspect.unwrap(ctx._forward_cls.forward)
        code = forward.__code__
    except AttributeError:
        return ",".join([f"input[{i}]" for i, arg in enumerate(args) if isinstance(arg, TensorBase)])
    first = 0 if ctx._forward_cls.setup_context is not Function.setup_context else 1
    names = code.co_varnames[first : code.co_argcount]
    rest = code.co_varnames[code.co_argcount + code.co_kwonlyargcount] if code.co_flags & inspect.CO_VARARGS else "input"
    return ",".join(
        [
            names[i] if i < len(names) else f"{rest}[{i - len(names)}]"
            for i, arg in enumerate(args)
            if isinstance(arg, TensorBase)
        ]
    )


def _contributions(ctx, tensor_args, gradients):
    """What the program's backward answers, checked: one gradient per tensor that `forward` was given."""
    name = type(ctx).__name__
    given = ctx.apply(*gradients)
    given = given if isinstance(given, tuple) else (given,)
    expected = len(tensor_args)
    if len(given) > expected and all(extra is None for extra in given[expected:]):
        given = given[:expected]
    if len(given) != expected:
        raise RuntimeError(f"function {name} returned an incorrect number of gradients (expected {expected}, got {len(given)})")
    contributions = []
    for i, (gradient, is_tensor) in enumerate(zip(given, tensor_args)):
        if not is_tensor:
            if gradient is not None:
                raise RuntimeError(
                    f"function {name} returned a gradient different than None at position {i + 1}, but the corresponding forward input was not a Variable"
                )
        elif gradient is not None and not isinstance(gradient, TensorBase):
            raise RuntimeError(f"expected Variable or None (got {type(gradient).__name__})")
        else:
            contributions.append(gradient)
    return contributions


def once_differentiable(fn):
    """Of a backward that is not differentiable itself: what it returns refuses a second derivative."""

    @functools.wraps(fn)
    def wrapper(ctx, *args):
        before = _bridge.E.gradEnabled()
        _bridge.E.setGradEnabled(False)
        try:
            outputs = fn(ctx, *args)
        finally:
            _bridge.E.setGradEnabled(before == 1)
        if before != 1 or not any(isinstance(arg, TensorBase) and arg.requires_grad for arg in args):
            return outputs
        listed = outputs if isinstance(outputs, tuple) else (outputs,)
        refused = _DelayedError.apply(*[None if out is None else out.detach().requires_grad_() for out in listed])
        return refused if isinstance(outputs, tuple) else refused[0]

    return wrapper


class _DelayedError(Function):
    @staticmethod
    def forward(ctx, *tensors):
        return tuple([None if tensor is None else tensor.detach() for tensor in tensors])

    @staticmethod
    def backward(ctx, *gradients):
        raise RuntimeError("trying to differentiate twice a function that was marked with @once_differentiable")


for _class in (FunctionCtx, Function, FunctionMeta):
    _class.__module__ = "torch.autograd.function"
