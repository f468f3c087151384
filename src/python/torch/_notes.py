"""Notes: what is said once, when a program asks for something that changes nothing here."""

import warnings

_said = set()


def note(text):
    """On standard error, at the user's line, once per program."""
    if text in _said:
        return
    _said.add(text)
    from . import _sites

    warnings.warn(text, UserWarning, stacklevel=_sites.user_depth())
