"""`torch.autograd.Function`: not there yet, and says so when a program derives from it and calls it."""


class Function:
    @classmethod
    def apply(cls, *args, **kwargs):
        raise NotImplementedError(
            f"{cls.__name__}.apply: custom autograd functions are not supported by the embedded engine yet. "
            "Compose the forward from supported operations; its backward then comes by itself."
        )
