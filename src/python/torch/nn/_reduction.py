"""What `size_average` and `reduce` meant, before there was `reduction`."""

import warnings


def legacy_get_string(size_average, reduce, emit_warning=True):
    average = size_average is None or size_average
    kept = reduce is None or reduce
    reduction = "none" if not kept else "mean" if average else "sum"
    if emit_warning:
        warnings.warn(f"size_average and reduce args will be deprecated, please use reduction='{reduction}' instead.", stacklevel=3)
    return reduction
