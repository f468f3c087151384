"""Grad mode: context managers that are decorators too."""

import functools
import inspect

from .. import _bridge


def is_grad_enabled():
    return _bridge.E.gradEnabled() == 1


def _set(enabled):
    _bridge.E.setGradEnabled(bool(enabled))


class _GradMode:
    """Sets the mode on entering, puts the former one back on leaving."""

    _enabled = False

    def __init__(self):
        self.prev = False

    def __enter__(self):
        self.prev = is_grad_enabled()
        _set(self._enabled)

    def __exit__(self, exc_type, exc_value, traceback):
        _set(self.prev)

    def clone(self):
        return self.__class__()

    def __call__(self, func):
        if inspect.isgeneratorfunction(func):
            return self._wrap_generator(func)

        @functools.wraps(func)
        def decorate_context(*args, **kwargs):
            with self.clone():
                return func(*args, **kwargs)

        return decorate_context

    def _wrap_generator(self, func):
        """The mode holds while the generator runs, not while its caller does."""

        @functools.wraps(func)
        def generator_context(*args, **kwargs):
            generator = func(*args, **kwargs)
            step, value = generator.send, None
            try:
                while True:
                    with self.clone():
                        item = step(value)
                    try:
                        step, value = generator.send, (yield item)
                    except GeneratorExit:
                        raise
                    except BaseException as error:  # Thrown in by the caller, for the generator.
                        step, value = generator.throw, error
            except StopIteration as stop:
                return stop.value
            finally:
                with self.clone():
                    generator.close()

        return generator_context


class no_grad(_GradMode):
    """Nothing is recorded."""


class enable_grad(_GradMode):
    """Recorded again, inside of `no_grad`."""

    _enabled = True


class inference_mode(_GradMode):
    """Nothing is recorded, and what is made can't be recorded later either."""

    def __init__(self, mode=True):
        self.mode = mode

    def __enter__(self):
        self.prev = bool(_bridge.E.inference()), is_grad_enabled()
        _bridge.E.setInference(bool(self.mode), not self.mode)

    def __exit__(self, exc_type, exc_value, traceback):
        _bridge.E.setInference(*self.prev)

    def clone(self):
        return self.__class__(self.mode)


def is_inference_mode_enabled():
    return _bridge.E.inference() == 1


class set_grad_enabled(_GradMode):
    """Takes effect when called; inside of `with`, until its end."""

    def __init__(self, mode):
        self.prev = is_grad_enabled()
        self.mode = mode
        _set(mode)

    def __enter__(self):
        pass

    def clone(self):
        return self.__class__(self.mode)


for _class in (no_grad, enable_grad, set_grad_enabled, inference_mode):
    _class.__module__ = "torch.autograd.grad_mode"
