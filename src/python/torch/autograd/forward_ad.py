"""Forward-mode differentiation: not there, and says so."""

from .._names import module_getattr


def _refuse(name):
    def refuse(*args, **kwargs):
        raise NotImplementedError(
            f"torch.autograd.forward_ad.{name} is not in the embedded engine yet: it differentiates backwards only. "
            "Use torch.autograd.functional.jvp, which differentiates twice backwards."
        )

    refuse.__name__ = name
    return refuse


dual_level, make_dual, unpack_dual, enter_dual_level, exit_dual_level = map(
    _refuse, ("dual_level", "make_dual", "unpack_dual", "enter_dual_level", "exit_dual_level")
)
__getattr__ = module_getattr("torch.autograd.forward_ad")
