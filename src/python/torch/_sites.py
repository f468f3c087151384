"""Where in the user's text a call comes from.

A *site* is a range of text with a number; a *stack* is a list of sites, innermost first, with a number of its own. Both are told to the
other side once and named by number after, and both are found again by `id(code) << 24 | f_lasti`: the full look-up costs microseconds, in a
long function milliseconds. Code objects are kept alive because their ids are keys.
"""

from sys import _getframe

MAX_DEPTH = 32

_texts = {}
"""The text of each of the user's files, by `co_filename`, as a list of UTF-8 lines."""
_keys = {}
_codes = {}
_positions = {}
_stacks = {(): 0}
_main = None
_site_count = 0
direct = {}
"""Stack numbers by key, for the code of the main module itself: it has no callers to tell."""

_tell_site = None
_tell_stack = None
_tell_main = None


def bind(tell_site, tell_stack, tell_main):
    """From now on sites are told; before, and without, everything is at stack 0."""
    global _tell_site, _tell_stack, _tell_main
    _tell_site = tell_site
    _tell_stack = tell_stack
    _tell_main = tell_main


def forget():
    """As if nothing had been told."""
    global _main, _site_count
    for known in (_texts, _keys, _codes, _positions, _stacks, direct):
        known.clear()
    _stacks[()] = 0
    _main = None
    _site_count = 0


def add_file(filename, text):
    """Makes the code of a file the user's. `text` is what was compiled."""
    _texts[filename] = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "surrogatepass").split(b"\n")


def set_main(code):
    global _main
    _main = code
    _codes[id(code)] = code
    _tell_main(id(code))


def is_user(code):
    return code.co_filename in _texts


def stack_of(frame):
    """The stack of a frame and its callers, library frames left out."""
    if _tell_site is None:
        return 0
    sites = []
    first = frame
    while frame is not None:
        code = frame.f_code
        key = id(code) << 24 | frame.f_lasti
        site = _keys.get(key)
        if site is None:
            site = _new_site(code, frame.f_lasti, key)
        if site:
            sites.append(site)
            if code is _main or len(sites) == MAX_DEPTH:
                break
        frame = frame.f_back
    stack = _number(tuple(sites))
    if first.f_code is _main:
        direct[id(_main) << 24 | first.f_lasti] = stack
    return stack


def site_at(code, offset):
    """The site of one instruction; 0 when the code is not the user's."""
    key = id(code) << 24 | offset
    site = _keys.get(key)
    return _new_site(code, offset, key) if site is None else site


def traceback_of(frame):
    """The user's lines that led to a frame, as a traceback prints them."""
    import traceback

    stack = [entry for entry in traceback.extract_stack(frame) if entry.filename in _texts]
    return "".join(traceback.format_list(stack))


def user_depth():
    """The `stacklevel` at which whoever calls this warns about the user's line."""
    frame, depth = _getframe(1), 1
    while frame.f_back is not None and not is_user(frame.f_code):
        frame, depth = frame.f_back, depth + 1
    return depth


def _number(sites):
    stack = _stacks.get(sites)
    if stack is None:
        stack = _stacks[sites] = _tell_stack(",".join(map(str, sites)))
    return stack


def _new_site(code, offset, key):
    global _site_count
    _codes[id(code)] = code
    site = 0
    if is_user(code):
        span = source_range(code.co_filename, *_position(code, offset))
        if span is not None and _tell_site is not None:
            _site_count += 1
            site = _site_count
            _tell_site(site, code.co_filename, *span)
    _keys[key] = site
    return site


def _position(code, offset):
    positions = _positions.get(id(code))
    if positions is None:
        _codes[id(code)] = code
        positions = _positions[id(code)] = list(code.co_positions())
    index = offset // 2
    return positions[index] if 0 <= index < len(positions) else (None, None, None, None)


def source_range(filename, line, end_line, column, end_column):
    """`(line, column, end_line, end_column)` in UTF-16 units, from CPython's UTF-8 columns."""
    if line is None:
        return None
    end_line = end_line or line
    if column is None or end_column is None:
        return line, 0, end_line, utf16_column(filename, end_line, None)
    return line, utf16_column(filename, line, column), end_line, utf16_column(filename, end_line, end_column)


def utf16_column(filename, line, column):
    """A column in bytes (None: the line's end) as one in UTF-16 units."""
    lines = _texts.get(filename)
    text = lines[line - 1] if lines is not None and 0 < line <= len(lines) else b""
    if column is None:
        column = len(text)
    if text.isascii():
        return column
    return len(text[:column].decode("utf-8", "replace").encode("utf-16-le")) // 2
