# torch.autograd.grad: several inputs, unused ones, vectors.
import torch

x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
w = torch.tensor(2.0, requires_grad=True)
unused = torch.tensor(1.0, requires_grad=True)
y = x * w
print(torch.autograd.grad(y, (x, w), torch.tensor([1.0, 0.5, 0.1]), retain_graph=True))
print(torch.autograd.grad(y.sum(), [w, unused], allow_unused=True, retain_graph=True))
for arguments in ((y, x), (y.sum(), unused), (torch.ones(1), x)):
    try:
        torch.autograd.grad(*arguments, retain_graph=True)
    except RuntimeError as error:
        print(error)
h = y * y
print(torch.autograd.grad(h.sum(), y), x.grad)
torch.autograd.backward([y.sum(), y.mean()], retain_graph=True)
print(x.grad, w.grad)
y.backward(torch.ones(3), inputs=[x])
print(x.grad, w.grad)
