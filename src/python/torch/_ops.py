"""Makes `torch.add`, `Tensor.add`, `Tensor.__add__` and all the rest from the engine's list of ops (`_op_table`, made by the build).

Each is a closure that takes its caller's frame, finds the site, and crosses the door by the shortest way that fits its arguments.
"""

from operator import index
from sys import _getframe

from . import _bridge, _sites, _types
from ._bridge import answer, failure
from ._op_table import OPS
from ._pytorch_names import NAMES

_new = object.__new__
letters = {
    int: "i",
    float: "f",
    bool: "b",
    complex: "c",
    str: "s",
    type(None): "n",
    type(...): ".",
    range: "r",
    _types.dtype: "d",
    _types.memory_format: "m",
}
"""What the engine calls an argument's type. Tensor classes are added where they are defined."""
_NUMBER_KINDS = {"i": "ti", "f": "tf", "b": "tb"}
_IGNORED = ("layout", "pin_memory", "non_blocking")


_unary = _pair = _with_number = None
"""The short ways through the door."""


def install(spaces):
    """Fills in what is not written by hand. `spaces`: by name, an object to set attributes on."""
    for number, (space, name, _, returns) in enumerate(OPS):
        target = spaces.get(space)
        if target is None or name in vars(target):
            continue
        if space == "torch" and name.endswith("_") and name not in NAMES["torch"]:
            continue
        binary = name.startswith("__") and name not in _NOT_BINARY
        named = returns and _types.return_type(f"{space}_{name}" if space in _PREFIXED else name, returns)
        made = _operator(number) if binary else _callable(number, named)
        made.__name__ = name
        made.__qualname__ = f"Tensor.{name}" if space == "Tensor" else name
        setattr(target, name, property(made) if space == "attribute" else made)
        if binary and space == "Tensor":
            _operators.append((name, number, made))


def bind(bridge):
    """Connects what `install` has made. The ops' numbers are their places in `OPS`."""
    global _unary, _pair, _with_number
    _unary, _pair, _with_number = bridge.unary, bridge.pair, bridge.withNumber
    bridge.declareOps("\n".join([engine_name for _, _, engine_name, _ in OPS]))
    for cls, letter in letters.items():
        if letter == "t":
            bridge.nativeClass(id(cls))
    for name, number, made in _operators:
        bridge.nativeOperator(name, number, id(made))


_PREFIXED = ("linalg", "fft", "special")
_operators = []
"""Name, number, and what the other side calls for operands that it leaves to Python."""
_NOT_BINARY = frozenset(("__neg__", "__pos__", "__abs__", "__invert__", "__getitem__", "__setitem__"))


def op(name):
    """One op by the engine's name (`.mul_`: the method), for use by hand-written code, which passes its stack."""
    number = None

    def run(site, *args, **kwargs):
        nonlocal number
        if number is None:
            number = _bridge.check(_bridge.E.opNumber(name))
        return _general(number, site, args, kwargs)

    return run


def _callable(op, named=None):
    """A function or method: any arguments, with short ways for one tensor, for two, and for a tensor and a number.
    `named`: the class of an answer in several parts."""
    direct, stack_of, tensor_class = _sites.direct, _sites.stack_of, _bridge.Tensor

    def call(*args, **kwargs):
        frame = _getframe(1)
        site = direct.get(id(frame.f_code) << 24 | frame.f_lasti)
        if site is None:
            site = stack_of(frame)
        count = len(args)
        if kwargs or count > 2 or count == 0 or letters.get(type(args[0])) != "t":
            return _named(_general(op, site, args, kwargs), named)
        if count == 1:
            result = _unary(op, site, args[0]._h)
        else:
            letter = letters.get(type(args[1]))
            if letter == "t":
                result = _pair(op, site, args[0]._h, args[1]._h)
            elif letter in _NUMBER_KINDS:
                result = _with_number(op, site, _NUMBER_KINDS[letter], args[0]._h, args[1])
            else:
                return _named(_general(op, site, args, kwargs), named)
        if result < 0:
            return _named(answer(result, args), named)
        tensor = _new(tensor_class)
        tensor._h = result
        return tensor

    return call


def _named(result, named):
    return named(result) if named and type(result) is tuple and len(result) == len(named._fields) else result


def _operator(op):
    """`x * y`. What is neither a tensor nor a number is left to the other operand, as Python's operators are."""
    direct, stack_of, tensor_class = _sites.direct, _sites.stack_of, _bridge.Tensor
    find_letter = letters.get

    def operator(self, other):
        frame = _getframe(1)
        site = direct.get(id(frame.f_code) << 24 | frame.f_lasti)
        if site is None:
            site = stack_of(frame)
        letter = find_letter(type(other)) or letter_of(other)
        if letter == "t":
            result = _pair(op, site, self._h, other._h)
        elif letter in _NUMBER_KINDS:
            result = _with_number(op, site, _NUMBER_KINDS[letter], self._h, other)
        elif letter == "c":
            return _general(op, site, (self, other), {})
        else:
            return NotImplemented
        if result >= 0:
            tensor = _new(tensor_class)
            tensor._h = result
            return tensor
        return answer(result, (self, other))

    return operator


def _general(op, site, args, kwargs):
    flat = []
    kinds = "".join([_lay(arg, flat) for arg in args])
    for name, value in kwargs.items():
        if name == "device":
            if value is not None:
                _types.require_cpu(value)
        elif name not in _IGNORED:
            kinds += f"={name}:{_lay(value, flat)}"
    result = _bridge.E.call(op, site, kinds, *flat)
    if result >= 0:
        return _bridge.wrap(result)
    if result == _bridge.FAILED:
        raise failure()
    return answer(result, (*args, *kwargs.values()))


def _lay(value, flat):
    """Appends what crosses for an argument, and answers with its kind."""
    letter = letters.get(type(value)) or letter_of(value)
    if letter == "t":
        flat.append(value._h)
    elif letter in "ifbs":
        flat.append(value)
    elif letter == "c":
        flat += (value.real, value.imag)
    elif letter == "d" or letter == "m":
        flat.append(value._name)
    elif letter == "g":
        flat.append(value._number)
    elif letter == "(" or letter == "[":
        return letter + "".join([_lay(item, flat) for item in value]) + (")" if letter == "(" else "]")
    elif letter == ":":
        return ":" + "".join([_lay(_slice_part(part), flat) for part in (value.start, value.stop, value.step)])
    elif letter == "r":
        flat.append(",".join(map(str, value)))
    elif letter == "o":
        flat.append(type(value).__name__)
    return letter


def _slice_part(value):
    if value is None or type(value) is int:
        return value
    try:
        return index(value)
    except TypeError:
        raise TypeError("slice indices must be integers or None or have an __index__ method") from None


def letter_of(value):
    """For subclasses, and types that are rare."""
    if isinstance(value, _bridge.TensorBase):
        unusable = getattr(type(value), "_unusable", None)
        if unusable is not None:
            raise unusable()
        return "t"
    if isinstance(value, tuple):
        return "("
    if isinstance(value, list):
        return "["
    if isinstance(value, slice):
        return ":"
    for kind in (bool, int, float, complex, str):
        if isinstance(value, kind):
            return letters[kind]
    return "o"
