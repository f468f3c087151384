# One leaf used in many places, and a graph that branches and meets again.
import torch

a = torch.tensor([1.0, 2.0], requires_grad=True)
b = torch.tensor([3.0, -1.0], requires_grad=True)
c = a * b
d = c + a
e = c * d
f = torch.exp(d * 0.1) + e.relu()
loss = f.sum() + a.mean()
loss.backward(retain_graph=True)
print(a.grad, b.grad)
loss.backward()
print(a.grad, b.grad)
print(a.grad is a.grad)
