"""What each store of a code object stores to, and how to look at it afterwards without running any code of the program's."""

import ast
import dis

from torch import _sites

_get = object.__getattribute__
_MISSING = object()


def targets_of(code):
    """By the offset of the instruction that follows: the targets that were just stored to."""
    found = {}
    pending = []
    for instruction in dis.get_instructions(code):
        if pending:
            for offset in {instruction.offset, instruction.start_offset}:
                found[offset] = pending
            if instruction.opname == "EXTENDED_ARG":
                continue
            pending = []
        pending = _targets(code, instruction)
    return found


def _targets(code, instruction):
    """The targets of one instruction. A superinstruction stores, or loads as well."""
    name, argument, offset = instruction.opname, instruction.argval, instruction.offset
    if name in ("STORE_NAME", "STORE_FAST", "STORE_DEREF", "STORE_GLOBAL"):
        return [Name(argument, offset, name == "STORE_GLOBAL")]
    if name == "STORE_FAST_STORE_FAST":
        return [Name(part, offset, False) for part in argument]
    if name in ("STORE_FAST_LOAD_FAST", "STORE_FAST_MAYBE_NULL"):
        return [Name(argument[0] if isinstance(argument, tuple) else argument, offset, False)]
    if name in ("STORE_ATTR", "STORE_SUBSCR"):
        expression = _expression(code, offset)
        return [] if expression is None else [Path(expression, offset)]
    return []


class Name:
    """`x`"""

    __slots__ = ("_name", "offset", "is_local", "number")
    is_fixed = True

    def __init__(self, name, offset, is_global):
        self._name = name
        self.offset = offset
        self.is_local = not is_global
        self.number = 0

    def name(self, frame):
        return self._name

    def value(self, frame):
        names = frame.f_locals if self.is_local else frame.f_globals
        return names.get(self._name)


class Path:
    """`self.fc.weight`, `params[i]`: a name that may be another one each time."""

    __slots__ = ("_expression", "offset")
    is_fixed = False
    number = 0

    def __init__(self, expression, offset):
        self._expression = expression
        self.offset = offset

    def value(self, frame):
        return _evaluate(self._expression, frame)

    def name(self, frame):
        return _spell(self._expression, frame)


def _expression(code, offset):
    """The target's syntax tree, when it is a plain path; the instruction's range is the target's."""
    line, end_line, start, end = _sites._position(code, offset)
    lines = _sites._texts.get(code.co_filename)
    if line is None or lines is None or start is None:
        return None
    text = lines[line - 1 : end_line]
    text[-1] = text[-1][:end]
    text[0] = text[0][start:]
    try:
        tree = ast.parse(b"(" + b"\n".join(text) + b")", mode="eval").body
    except SyntaxError:
        return None
    return tree if _is_path(tree) else None


def _is_path(tree):
    while True:
        if isinstance(tree, ast.Name):
            return True
        if isinstance(tree, ast.Subscript) and not _is_key(tree.slice):
            return False
        if not isinstance(tree, (ast.Attribute, ast.Subscript)):
            return False
        tree = tree.value


def _is_key(key):
    if isinstance(key, ast.UnaryOp) and isinstance(key.op, ast.USub):
        key = key.operand
    return isinstance(key, (ast.Constant, ast.Name))


def _evaluate(tree, frame):
    """Looks a path up in namespaces, instance dicts and exact builtin containers: nothing that a program can define runs."""
    if isinstance(tree, ast.Name):
        return _variable(tree.id, frame)
    owner = _evaluate(tree.value, frame)
    if isinstance(tree, ast.Attribute):
        return _attribute(owner, tree.attr)
    key = _key(tree.slice, frame)
    if type(owner) is dict and type(key) in (str, int):
        return owner.get(key)
    if type(owner) is list and type(key) is int and -len(owner) <= key < len(owner):
        return owner[key]
    return None


def _variable(name, frame):
    value = frame.f_locals.get(name, _MISSING)
    return frame.f_globals.get(name) if value is _MISSING else value


def _attribute(owner, name):
    try:
        fields = _get(owner, "__dict__")
    except AttributeError:
        return None
    if name in fields:
        return fields[name]
    for group in ("_parameters", "_buffers", "_modules"):
        members = fields.get(group)
        if isinstance(members, dict) and name in members:
            return members[name]
    return None


def _key(tree, frame):
    if isinstance(tree, ast.UnaryOp):
        return -_key(tree.operand, frame)
    return tree.value if isinstance(tree, ast.Constant) else _variable(tree.id, frame)


def _spell(tree, frame):
    if isinstance(tree, ast.Name):
        return tree.id
    owner = _spell(tree.value, frame)
    if isinstance(tree, ast.Attribute):
        return f"{owner}.{tree.attr}"
    return f"{owner}[{_key(tree.slice, frame)!r}]"
