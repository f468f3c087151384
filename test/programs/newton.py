# Newton's method: the Hessian from autograd.functional, row by row with create_graph, and its products with vectors.
import torch
from torch.autograd.functional import hessian, hvp, jacobian, vhp

torch.set_default_dtype(torch.float64)


def rosenbrock(x):
    return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2


x = torch.tensor([-0.5, 0.8])
for step in range(6):
    gradient = jacobian(rosenbrock, x)
    H = hessian(rosenbrock, x)
    x = x - torch.linalg.solve(H, gradient)
    print(step, [f"{v:.6f}" for v in x.tolist()], f"{rosenbrock(x).item():.3e}" if step < 4 else "")

point = torch.tensor([0.3, -0.2], requires_grad=True)
(g,) = torch.autograd.grad(rosenbrock(point), point, create_graph=True)
rows = [torch.autograd.grad(g[i], point, retain_graph=True)[0] for i in range(2)]
print(torch.stack(rows), g.requires_grad, g.grad_fn.name())
v = torch.tensor([1.0, -2.0])
print(hvp(rosenbrock, point, v)[1], vhp(rosenbrock, point, v)[1], torch.stack(rows) @ v)
eigenvalues, vectors = torch.linalg.eigh(hessian(rosenbrock, torch.ones(2)))
print([f"{e:.4f}" for e in eigenvalues.tolist()], f"condition {(eigenvalues[-1] / eigenvalues[0]).item():.1f}")
print(hessian(rosenbrock, point, create_graph=True).requires_grad, hessian(rosenbrock, point).requires_grad)
