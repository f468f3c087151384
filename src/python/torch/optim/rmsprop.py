"""RMSprop (Hinton, https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf); centred: arXiv:1308.0850."""

from ._rule import Rule, average, average_square, blank


class RMSprop(Rule):
    checks = ("lr", "eps", "momentum", "weight_decay", "alpha")
    order = "lr momentum alpha eps centered weight_decay foreach maximize differentiable"
    since = {"momentum": 0, "centered": False, "foreach": None, "maximize": False, "differentiable": False}
    tensor_step = False

    def __init__(
        self,
        params,
        lr=1e-2,
        alpha=0.99,
        eps=1e-8,
        weight_decay=0,
        momentum=0,
        centered=False,
        foreach=None,
        maximize=False,
        differentiable=False,
    ):
        self._set_up(locals())

    def _start(self, param, group):
        state = self._counted(square_avg=blank(param))
        if group["momentum"] > 0:
            state["momentum_buffer"] = blank(param)
        if group["centered"]:
            state["grad_avg"] = blank(param)
        return state

    def _move(self, param, grad, state, group):
        alpha, lr = group["alpha"], group["lr"]
        square = average_square(state["square_avg"], grad, alpha)
        if group["centered"]:
            mean = average(state["grad_avg"], grad, alpha)
            scale = square.addcmul(mean, mean, value=-1).sqrt_()
        else:
            scale = square.sqrt()
        # In a graph the root keeps its own result, which may not change.
        scale = scale.add(group["eps"]) if group["differentiable"] else scale.add_(group["eps"])
        if group["momentum"] > 0:
            param.add_(state["momentum_buffer"].mul_(group["momentum"]).addcdiv_(grad, scale), alpha=-lr)
        else:
            param.addcdiv_(grad, scale, value=-lr)
