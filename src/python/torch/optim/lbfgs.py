"""L-BFGS (Nocedal and Wright, Numerical Optimization, 2006, algorithms 7.4, 7.5), with the line search of `_wolfe`."""

import torch

from .._bridge import tell
from ..autograd.grad_mode import enable_grad, no_grad
from ._wolfe import Point, strong_wolfe
from .optimizer import Optimizer

_KEPT = ("d", "t", "old_dirs", "old_stps", "ro", "H_diag", "prev_flat_grad", "prev_loss")
"""What a step leaves to the next: direction, its length, the pairs of the history, 1 / yᵀs of each, the scale of the Hessian's inverse."""


class LBFGS(Optimizer):
    """Its step takes a closure that computes loss and gradients anew, and calls it many times."""

    def __init__(
        self,
        params,
        lr=1,
        max_iter=20,
        max_eval=None,
        tolerance_grad=1e-7,
        tolerance_change=1e-9,
        history_size=100,
        line_search_fn=None,
    ):
        settings = dict(lr=lr, max_iter=max_iter, max_eval=max_iter * 5 // 4 if max_eval is None else max_eval)
        settings.update(tolerance_grad=tolerance_grad, tolerance_change=tolerance_change)
        super().__init__(params, {**settings, "history_size": history_size, "line_search_fn": line_search_fn})
        if len(self.param_groups) != 1:
            raise ValueError("LBFGS doesn't support per-parameter options (parameter groups)")
        self._params = self.param_groups[0]["params"]

    @no_grad()
    def step(self, closure):
        closure = enable_grad()(closure)
        group = self.param_groups[0]
        state = self.state[self._params[0]]  # Of all parameters; kept with the first so that it is converted with it.
        state.setdefault("func_evals", 0)
        state.setdefault("n_iter", 0)
        first_loss = closure()
        tell("step", self)
        state["func_evals"] += 1
        at = Point(None, float(first_loss), self._gather(), None)
        if at.grad.abs().max() <= group["tolerance_grad"]:
            return first_loss
        now = {name: state.get(name) for name in _KEPT}
        self._iterate(closure, group, state, now, at)
        state.update(now)
        return first_loss

    def _iterate(self, closure, group, state, now, at):
        evaluations = 1
        for i in range(1, group["max_iter"] + 1):
            state["n_iter"] += 1
            self._turn(at.grad, state, now, group["history_size"])
            now["prev_flat_grad"] = at.grad
            now["prev_loss"] = at.loss
            now["t"] = self._first_length(at.grad, state["n_iter"], group["lr"])
            slope = at.grad.dot(now["d"])
            if slope > -group["tolerance_change"]:
                return
            at, count = self._go(closure, group, now, Point(0, at.loss, at.grad, slope), last=i == group["max_iter"])
            evaluations += count
            state["func_evals"] += count
            if evaluations >= group["max_eval"] or self._is_done(group, now, at):
                return

    @staticmethod
    def _first_length(grad, iteration, lr):
        return min(1.0, 1.0 / grad.abs().sum()) * lr if iteration == 1 else lr

    @staticmethod
    def _is_done(group, now, at):
        if at.grad.abs().max() <= group["tolerance_grad"]:
            return True
        least = group["tolerance_change"]
        return now["d"].mul(now["t"]).abs().max() <= least or abs(at.loss - now["prev_loss"]) < least

    def _turn(self, grad, state, now, history_size):
        """A new direction: minus the gradient times the inverse Hessian that the history implies (algorithm 7.4)."""
        if state["n_iter"] == 1:
            now.update(d=grad.neg(), old_dirs=[], old_stps=[], ro=[], H_diag=1)
            return
        changes, steps, inverses = now["old_dirs"], now["old_stps"], now["ro"]
        change, step = grad.sub(now["prev_flat_grad"]), now["d"].mul(now["t"])
        curvature = change.dot(step)
        if curvature > 1e-10:
            for history, new in zip((changes, steps, inverses), (change, step, 1.0 / curvature)):
                if len(history) == history_size:
                    history.pop(0)
                history.append(new)
            now["H_diag"] = curvature / change.dot(change)
        parts = state.setdefault("al", [None] * history_size)
        q = grad.neg()
        for i in reversed(range(len(changes))):
            parts[i] = steps[i].dot(q) * inverses[i]
            q.add_(changes[i], alpha=-parts[i])
        now["d"] = direction = torch.mul(q, now["H_diag"])
        for i, (change, step, inverse) in enumerate(zip(changes, steps, inverses)):
            direction.add_(step, alpha=parts[i] - change.dot(direction) * inverse)

    def _go(self, closure, group, now, start, last):
        """Moves along the direction; where that leads, and how often the closure was called."""
        if group["line_search_fn"] is None:
            self._add(now["t"], now["d"])
            if last:  # The next step evaluates it anyway.
                return start, 0
            return Point(now["t"], float(closure()), self._gather(), None), 1
        if group["line_search_fn"] != "strong_wolfe":
            raise RuntimeError("only 'strong_wolfe' is supported")
        origin = [param.clone(memory_format=torch.contiguous_format) for param in self._params]

        def evaluate(t):
            self._add(t, now["d"])
            loss = float(closure())
            grad = self._gather()
            for param, value in zip(self._params, origin):
                param.copy_(value)
            return Point(t, loss, grad, grad.dot(now["d"]))

        at, count = strong_wolfe(evaluate, start, now["t"], now["d"].abs().max())
        now["t"] = at.t
        self._add(at.t, now["d"])
        return at, count

    def _gather(self):
        flat = [param.new_zeros(param.numel()) if param.grad is None else param.grad.reshape(-1) for param in self._params]
        return torch.cat(flat, 0)

    def _add(self, length, direction):
        start = 0
        for param in self._params:
            end = start + param.numel()
            param.add_(direction[start:end].view_as(param), alpha=length)
            start = end
