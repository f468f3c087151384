"""An unpickler that builds tensors and plain containers, and refuses every other name."""

import pickle

_TORCH = frozenset(("device", "Size", "Tensor", "UntypedStorage"))
_UTILS = frozenset(("_rebuild_tensor", "_rebuild_tensor_v2", "_rebuild_parameter"))


class RestrictedUnpickler(pickle.Unpickler):
    def find_class(self, module, name):
        from . import _types, _utils

        known = (
            (module == "torch" and (name in _TORCH or name in _types.dtypes or name in _utils.storage_names))
            or (module == "torch._utils" and name in _UTILS)
            or (module in ("torch.nn.parameter", "torch.nn") and name == "Parameter")
            or (module == "torch.storage" and name == "UntypedStorage")
            or (module, name) == ("collections", "OrderedDict")
        )
        if not known:
            raise pickle.UnpicklingError(f"Unsupported class {module}.{name}")
        return super().find_class(module, name)
