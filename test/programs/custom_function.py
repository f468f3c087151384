# autograd.Function: both styles of ctx, what is saved, marked and checked.
import torch
from torch.autograd import Function
from torch.autograd.function import once_differentiable


class Mul(Function):
    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a, b)
        print("forward sees", a.requires_grad, torch.is_grad_enabled())
        return a * b

    @staticmethod
    def backward(ctx, grad_output):
        a, b = ctx.saved_tensors
        print("backward", grad_output, ctx.needs_input_grad)
        return grad_output * b, grad_output * a


x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
w = torch.tensor([4.0, 5.0, 6.0])
y = Mul.apply(x, w)
print(y, y.requires_grad, y.is_leaf, y.grad_fn.name(), type(y.grad_fn).__name__)
y.sum().backward()
print(x.grad)
try:
    y.sum().backward()
except RuntimeError as error:
    print(error)


class Scale(Function):
    """A number among the arguments; a gradient of None for it."""

    @staticmethod
    def forward(ctx, input, factor):
        ctx.factor = factor
        return input * factor

    @staticmethod
    def backward(ctx, grad_output):
        return grad_output * ctx.factor, None


x.grad = None
z = Scale.apply(x, 3.0)
z.sum().backward()
z.sum().backward()
print(x.grad, Scale.apply(w, 2.0).requires_grad)


class TwoOutputs(Function):
    @staticmethod
    def forward(ctx, input):
        ctx.save_for_backward(input)
        indices = input.argmax()
        ctx.mark_non_differentiable(indices)
        return input.exp(), input * 2, indices

    @staticmethod
    def backward(ctx, grad_exp, grad_double, grad_indices):
        (input,) = ctx.saved_tensors
        print("received", grad_exp, grad_double, grad_indices)
        return grad_exp * input.exp() + grad_double * 2


x.grad = None
e, d, i = TwoOutputs.apply(x)
print(e.requires_grad, d.requires_grad, i.requires_grad, i)
d.sum().backward()
print(x.grad)


class NoMaterialize(Function):
    @staticmethod
    def forward(ctx, input):
        ctx.set_materialize_grads(False)
        return input.clone(), input * 2

    @staticmethod
    def backward(ctx, first, second):
        print("first", first, "second", second)
        return second * 2


x.grad = None
NoMaterialize.apply(x)[1].sum().backward()
print(x.grad)


class Increment(Function):
    @staticmethod
    def forward(ctx, input):
        input.add_(1)
        ctx.mark_dirty(input)
        return input

    @staticmethod
    def backward(ctx, grad_output):
        return grad_output * 7


x.grad = None
a = x * 1
b = Increment.apply(a)
print(b is a, a.grad_fn.name(), a._version)
a.sum().backward()
print(x.grad)
try:
    Increment.apply(x)
except RuntimeError as error:
    print(error)


class Same(Function):
    @staticmethod
    def forward(ctx, input):
        return input

    @staticmethod
    def backward(ctx, grad_output):
        return grad_output * 10


x.grad = None
s = Same.apply(x)
print(s is x, s.grad_fn.name(), s._is_view())
s.sum().backward()
print(x.grad)
try:
    s.mul_(2)
except RuntimeError as error:
    print(error)


class Wrong(Function):
    answer = None

    @staticmethod
    def forward(ctx, a, b, k):
        return a + b

    @staticmethod
    def backward(ctx, grad_output):
        return Wrong.answer


def attempt(answer):
    Wrong.answer = answer
    try:
        Wrong.apply(x, x * 2, 3).sum().backward()
        print("fine", x.grad)
    except Exception as error:
        print(type(error).__name__, error)


x.grad = None
attempt(torch.ones(3))
attempt((torch.ones(3), torch.ones(3)))
attempt((torch.ones(3), torch.ones(3), None))
attempt((torch.ones(3), torch.ones(3), None, None, None))
attempt((torch.ones(3), torch.ones(3), None, torch.ones(3)))
attempt((torch.ones(3), torch.ones(3), torch.ones(3)))
attempt((torch.ones(3), 3.0, None))
attempt((torch.ones(2), torch.ones(3), None))
attempt((None, torch.ones(3), None))


class Cube(Function):
    """Its backward is differentiable."""

    @staticmethod
    def forward(ctx, input):
        result = input**3
        ctx.save_for_backward(input, result)
        return result

    @staticmethod
    def backward(ctx, grad_output):
        input, result = ctx.saved_tensors
        return grad_output * 3 * result / input


v = torch.tensor(2.0, requires_grad=True)
(first,) = torch.autograd.grad(Cube.apply(v), v, create_graph=True)
(second,) = torch.autograd.grad(first, v)
print(first, second)


class Once(Function):
    @staticmethod
    def forward(ctx, input):
        ctx.save_for_backward(input)
        return input**2

    @staticmethod
    @once_differentiable
    def backward(ctx, grad_output):
        (input,) = ctx.saved_tensors
        return grad_output * 2 * input


(first,) = torch.autograd.grad(Once.apply(v), v, create_graph=True)
print(first)
try:
    torch.autograd.grad(first, v)
except RuntimeError as error:
    print(error)


class NoBackward(Function):
    @staticmethod
    def forward(ctx, input):
        return input * 2


try:
    NoBackward.apply(v).backward()
except NotImplementedError as error:
    print(error)
try:
    Function.apply(v)
except NotImplementedError as error:
    print(error)


class Raises(Function):
    @staticmethod
    def forward(ctx, input):
        return input.clone()

    @staticmethod
    def backward(ctx, grad_output):
        raise ValueError("no way back")


try:
    Raises.apply(v).backward()
except ValueError as error:
    print(error)


class SaveText(Function):
    @staticmethod
    def forward(ctx, input):
        ctx.save_for_backward(input, "text")
        return input * 2

    @staticmethod
    def backward(ctx, grad_output):
        return grad_output


try:
    SaveText.apply(v)
except TypeError as error:
    print(error)
with torch.no_grad():
    quiet = Cube.apply(v)
    print(quiet.requires_grad, quiet.grad_fn)
