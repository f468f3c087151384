# A small network that learns to solve u'' = -u from the equation alone: derivatives by the input inside of the loss.
import torch

torch.set_default_dtype(torch.float64)
torch.manual_seed(18)
W1, b1 = torch.randn(1, 4).requires_grad_(), torch.randn(4).requires_grad_()
W2 = (torch.randn(4, 1) * 0.5).requires_grad_()
parameters = [W1, b1, W2]


def u(x):
    return torch.sin(x @ W1 + b1) @ W2


def derivative(y, x):
    return torch.autograd.grad(y.sum(), x, create_graph=True)[0]


x = torch.linspace(0, 2, 5).unsqueeze(1).requires_grad_()
zero = torch.zeros(1, 1, requires_grad=True)
for step in range(3):
    first = derivative(u(x), x)
    second = derivative(first, x)
    residual = second + u(x)
    boundary = (u(zero) - 0).square() + (derivative(u(zero), zero) - 1).square()
    loss = residual.square().mean() + boundary.squeeze()
    gradients = torch.autograd.grad(loss, parameters)
    with torch.no_grad():
        for p, g in zip(parameters, gradients):
            p -= 0.05 * g
    print(step, f"{loss.item():.6f}", [f"{g.norm().item():.5f}" for g in gradients], residual.grad_fn.name())

third = derivative(derivative(derivative(u(x), x), x), x)
by_hand = -torch.cos(x @ W1 + b1) @ (W1.T**3 * W2)
print(torch.allclose(third, by_hand), third.requires_grad, x.grad)
