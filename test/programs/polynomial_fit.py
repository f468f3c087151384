# A polynomial fitted to a sine in double precision: Horner's rule makes a long chain over one leaf's elements.
import math
import torch

x = torch.linspace(-math.pi, math.pi, 12, dtype=torch.float64)
y = torch.sin(x)
coefficients = torch.zeros(4, dtype=torch.float64, requires_grad=True)


def horner(coefficients, x):
    result = torch.zeros_like(x)
    for coefficient in reversed(coefficients.unbind()):
        result = result * x + coefficient
    return result


for step in range(4):
    loss = (horner(coefficients, x) - y).pow(2).sum()
    loss.backward()
    with torch.no_grad():
        coefficients -= 1e-4 * coefficients.grad
    print(step, f"{loss.item():.6f}", [f"{c:.5f}" for c in coefficients.tolist()])
    coefficients.grad = None

powers = x.unsqueeze(-1).pow(torch.arange(4))
solution = torch.linalg.lstsq(powers, y.unsqueeze(-1)).solution.squeeze()
print(powers.dtype, [f"{c:.6f}" for c in solution[1::2].tolist()])
with torch.no_grad():
    print(f"{(powers @ solution - y).abs().max():.6f}", torch.allclose(horner(solution, x), powers @ solution))
derivative = torch.autograd.grad(horner(solution, x.requires_grad_()).sum(), x)[0]
print(derivative.dtype, torch.allclose(derivative, solution[1] + 2 * solution[2] * x + 3 * solution[3] * x**2))
