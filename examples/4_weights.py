# The gradient argument is the upstream gradient: each element's derivative is scaled by its weight.
import torch
from torch.autograd import Variable

x = Variable(torch.Tensor([1, 5, 6, 10, 16]), requires_grad=True)
y = x * x
weights = torch.Tensor([1, 0.1, 0.1, 0.5, 0.1])
y.backward(weights, retain_graph=True)
print(x.grad)
