"""`torch.fft`: discrete Fourier transforms. The engine's ops are added when it is bound."""

from ._names import module_getattr

__getattr__ = module_getattr("torch.fft")
