# A reversible residual layer: backward rebuilds the input from the output instead of keeping it.
import torch

torch.set_default_dtype(torch.float64)


def f(x, w):
    return torch.tanh(x * w)


class Reversible(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, b, wf, wg):
        with torch.no_grad():
            y1 = a + f(b, wf)
            y2 = b + f(y1, wg)
        ctx.save_for_backward(y1, y2, wf, wg)
        return y1, y2

    @staticmethod
    def backward(ctx, g1, g2):
        y1, y2, wf, wg = ctx.saved_tensors
        with torch.enable_grad():
            y1 = y1.detach().requires_grad_()
            wg_ = wg.detach().requires_grad_()
            out = f(y1, wg_)
        d1, dwg = torch.autograd.grad(out, (y1, wg_), g2)
        g1 = g1 + d1
        with torch.no_grad():
            b = y2 - out
        with torch.enable_grad():
            b.requires_grad_()
            wf_ = wf.detach().requires_grad_()
            out = f(b, wf_)
        db, dwf = torch.autograd.grad(out, (b, wf_), g1)
        return g1, g2 + db, dwf, dwg


torch.manual_seed(20)
leaves = [torch.randn(3).requires_grad_() for _ in range(4)]
a, b, wf, wg = leaves
y1, y2 = a, b
for _ in range(2):
    y1, y2 = Reversible.apply(y1, y2, wf, wg)
(y1 * y2).sum().backward()
print([[round(v, 5) for v in leaf.grad.tolist()] for leaf in leaves])

u1, u2 = a, b
for _ in range(2):
    u1 = u1 + f(u2, wf)
    u2 = u2 + f(u1, wg)
plain = torch.autograd.grad((u1 * u2).sum(), leaves)
print([torch.allclose(leaf.grad, p) for leaf, p in zip(leaves, plain)], y1.grad_fn is y2.grad_fn, y2.output_nr)
print(y1.grad_fn.name(), [n.name() for n, _ in y1.grad_fn.next_functions])
