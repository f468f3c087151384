# Linear regression by gradient descent, and beside it the closed form.
import torch

torch.set_default_dtype(torch.float64)
torch.manual_seed(1)
inputs = torch.linspace(-1, 1, 8).unsqueeze(1)
targets = 3 * inputs - 0.5 + 0.05 * torch.randn(8, 1)

weight = torch.zeros(1, 1, requires_grad=True)
bias = torch.zeros(1, requires_grad=True)
learning_rate = 0.3

for step in range(6):
    predicted = inputs @ weight + bias
    loss = ((predicted - targets) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        for parameter in (weight, bias):
            parameter -= learning_rate * parameter.grad
            parameter.grad.zero_()
    print(f"step {step}: loss {loss.item():.5f}, weight {weight.item():+.4f}, bias {bias.item():+.4f}")

design = torch.cat([inputs, torch.ones_like(inputs)], dim=1)
normal = design.t() @ design
solution = torch.linalg.solve(normal, design.t() @ targets)
print("closed form", [round(value, 4) for value in solution.flatten().tolist()])
residuals = targets - design @ solution
print("residuals orthogonal to the design:", torch.allclose(design.t() @ residuals, torch.zeros(2, 1), atol=1e-6))
print(weight.grad, bias.grad, weight.is_leaf, loss.requires_grad)
