"""Pointwise functions that PyTorch compiles for a GPU. They can be made here, and fail when called, as on any machine without one."""

import re

__all__ = []

_SIGNATURE = re.compile(r"\s*template\s*<[^>]*>\s*[\w:<>]+\s+(\w+)\s*\(.*\)\s*{.*}\s*", re.DOTALL)


class _JittedFunction:
    def __init__(self, code_string, return_by_ref, num_outputs, **kwargs):
        found = _SIGNATURE.fullmatch(code_string)
        if found is None:
            raise Exception(f"Couldn't parse code, please check correctness:\n {code_string}")
        self.code_string = code_string
        self.return_by_ref = return_by_ref
        self.num_outputs = num_outputs
        self.kernel_name = found[1]
        self.kwargs_dict = kwargs
        self.is_cuda_available = False

    def __call__(self, *tensors, **kwargs):
        raise AssertionError("Jiterator is only supported on CUDA and ROCm GPUs, none are available.")


def _create_jit_fn(code_string, **kwargs):
    return _JittedFunction(code_string, return_by_ref=False, num_outputs=1, **kwargs)


def _create_multi_output_jit_fn(code_string, num_outputs, **kwargs):
    return _JittedFunction(code_string, return_by_ref=True, num_outputs=num_outputs, **kwargs)
