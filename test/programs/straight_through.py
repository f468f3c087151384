# Quantised weights with a straight-through gradient: by detach, by a custom Function with a clip, and for one-hot samples.
import torch

torch.set_default_dtype(torch.float64)


class RoundThrough(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, limit):
        ctx.save_for_backward(x)
        ctx.limit = limit
        return x.round().clamp(-limit, limit)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad * (x.abs() <= ctx.limit), None


w = torch.tensor([-2.7, -0.4, 0.6, 1.2, 3.9], requires_grad=True)
quantised = RoundThrough.apply(w, 2)
print(quantised, quantised.grad_fn.name(), RoundThrough.apply(w.detach(), 2).grad_fn)
(quantised * torch.arange(5.0)).sum().backward()
print(w.grad)

w.grad = None
shortcut = w + (w.round() - w).detach()
shortcut.square().sum().backward()
print(shortcut, w.grad, [n and n.name() for n, _ in shortcut.grad_fn.next_functions])

w.grad = None
w.round().sum().backward()
print(w.grad, torch.sign(w).grad_fn.name())

torch.manual_seed(19)
logits = torch.tensor([0.5, 1.0, -1.0], requires_grad=True)
soft = ((logits - (-torch.rand(3).log()).log()) / 0.5).softmax(0)
hard = torch.zeros(3).scatter_(0, soft.argmax(0, keepdim=True), 1.0)
sample = hard - soft.detach() + soft
(sample * torch.tensor([1.0, 2.0, 3.0])).sum().backward()
print(sample, [round(v, 4) for v in logits.grad.tolist()])
