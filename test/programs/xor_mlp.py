# XOR by a small network with a hidden layer that is used twice.
import torch

torch.set_default_dtype(torch.float64)
torch.manual_seed(3)
x = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
y = torch.tensor([[0.0], [1.0], [1.0], [0.0]])
w1 = (torch.randn(2, 4) * 0.8).requires_grad_()
b1 = torch.zeros(4, requires_grad=True)
w2 = (torch.randn(4, 1) * 0.8).requires_grad_()
b2 = torch.zeros(1, requires_grad=True)
parameters = [w1, b1, w2, b2]
velocity = [torch.zeros_like(p) for p in parameters]

for step in range(8):
    hidden = torch.tanh(x @ w1 + b1)
    output = torch.sigmoid((hidden + hidden * hidden) @ w2 + b2)
    loss = -(y * output.log() + (1 - y) * (1 - output).log()).mean()
    gradients = torch.autograd.grad(loss, parameters)
    with torch.no_grad():
        for p, v, g in zip(parameters, velocity, gradients):
            v.mul_(0.9).add_(g, alpha=0.5)
            p.add_(v, alpha=-1)
    print(f"{step} {loss:.4f}", (output > 0.5).int().flatten().tolist())

print(all(p.grad is None for p in parameters), [tuple(p.shape) for p in parameters])
print(hidden.grad_fn.next_functions[0][0].name(), output.grad_fn.name(), loss.grad_fn.name())
print([round(v, 3) for v in w2.detach().flatten().tolist()])
