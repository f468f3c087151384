# A critic whose gradient by its input is held near one: a backward pass through a backward pass.
import torch

torch.set_default_dtype(torch.float64)
torch.manual_seed(15)
W1 = torch.randn(2, 3, requires_grad=True)
W2 = torch.randn(3, 1, requires_grad=True)


def critic(x):
    return torch.tanh(x @ W1) @ W2


real, fake = torch.randn(3, 2), torch.randn(3, 2) + 1
for step in range(3):
    mix = torch.rand(3, 1)
    between = (mix * real + (1 - mix) * fake).requires_grad_()
    scores = critic(between)
    (gradient,) = torch.autograd.grad(scores, between, torch.ones_like(scores), create_graph=True)
    penalty = ((gradient.norm(2, dim=1) - 1) ** 2).mean()
    loss = critic(fake).mean() - critic(real).mean() + 10 * penalty
    loss.backward()
    print(f"{loss.item():.5f} {penalty.item():.5f}", gradient.grad_fn.name(), between.grad is None)
    for W in (W1, W2):
        W.data.sub_(W.grad, alpha=0.05)
        W.grad.detach_().zero_()

between = real.clone().requires_grad_()
(gradient,) = torch.autograd.grad(critic(between).sum(), between)
print(gradient.requires_grad, gradient.is_leaf, gradient.shape)
seen = []
between.register_hook(lambda g: seen.append(g.norm().item()))
(g1,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
(g2,) = torch.autograd.grad(g1.square().sum(), W1)
print(len(seen), f"{g2.norm().item():.5f}", [f"{norm:.5f}" for norm in seen])
