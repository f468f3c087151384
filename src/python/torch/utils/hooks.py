"""`RemovableHandle`: what `register_hook` answers with."""

import weakref

from .. import _bridge


class RemovableHandle:
    """Takes a hook off again."""

    def __init__(self, token, tensor):
        self._token = token
        self._tensor = weakref.ref(tensor)

    def remove(self):
        _bridge.remove_hook(self._token, self._tensor())

    def __enter__(self):
        return self

    def __exit__(self, type, value, tb):
        self.remove()


RemovableHandle.__module__ = "torch.utils.hooks"
