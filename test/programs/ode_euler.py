# A pendulum's damping fitted through an Euler integration: a chain over time in which the state is reused at every step.
import torch

torch.set_default_dtype(torch.float64)


def simulate(damping, gravity, steps=12, dt=0.1):
    angle, speed = torch.tensor(1.0), torch.tensor(0.0)
    path = []
    for _ in range(steps):
        acceleration = -gravity * torch.sin(angle) - damping * speed
        angle = angle + dt * speed
        speed = speed + dt * acceleration
        path.append(angle)
    return torch.stack(path)


observed = simulate(torch.tensor(0.3), torch.tensor(2.0))
damping = torch.tensor(0.0, requires_grad=True)
gravity = torch.tensor(1.5, requires_grad=True)
for step in range(4):
    path = simulate(damping, gravity)
    loss = (path - observed).square().sum()
    slopes = torch.autograd.grad(loss, (damping, gravity))
    with torch.no_grad():
        damping -= 0.1 * slopes[0]
        gravity -= 0.1 * slopes[1]
    print(step, f"{loss.item():.6f}", [f"{s.item():+.6f}" for s in slopes], f"{damping.item():.5f} {gravity.item():.5f}")

sensitivity = torch.autograd.functional.jacobian(simulate, (torch.tensor(0.3), torch.tensor(2.0)))
h = 1e-6
difference = (simulate(torch.tensor(0.3 + h), torch.tensor(2.0)) - simulate(torch.tensor(0.3 - h), torch.tensor(2.0))) / (2 * h)
print([s.shape for s in sensitivity], torch.allclose(sensitivity[0], difference, atol=1e-7))
print(path.grad_fn.name(), len(path.grad_fn.next_functions), path[0].requires_grad, path.unbind()[3].grad_fn.name())
