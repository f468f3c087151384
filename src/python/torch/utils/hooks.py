"""`RemovableHandle`: what registering a hook answers with."""


class RemovableHandle:
    """Takes a hook off again."""

    def __init__(self, remove):
        self._remove = remove

    def remove(self):
        self._remove()

    def __enter__(self):
        return self

    def __exit__(self, type, value, tb):
        self.remove()


RemovableHandle.__module__ = "torch.utils.hooks"
