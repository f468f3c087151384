# create_graph makes the gradient differentiable.
import torch

x = torch.tensor(2.0, requires_grad=True)
y = x**3
(first,) = torch.autograd.grad(y, x, create_graph=True)
(second,) = torch.autograd.grad(first, x, create_graph=True)
(third,) = torch.autograd.grad(second, x)
print(first.item(), second.item(), third.item())

a = torch.tensor([1.0, 2.0], requires_grad=True)
b = (a * a).sum()
b.backward(create_graph=True)
penalty = (a.grad**2).sum()
print(a.grad.detach(), penalty.item())
(g,) = torch.autograd.grad(penalty, a)
print(g)
