# Three passes over one graph: .grad is never replaced, each pass adds to it.
import torch
from torch.autograd import Variable

x = Variable(torch.Tensor([1, 5, 6, 10, 16]), requires_grad=True)
y = x * x

y.backward(torch.ones(5), retain_graph=True)
print(x.grad)

y.backward(torch.FloatTensor([0.1, 0.1, 0.1, 0.1, 0.1]), retain_graph=True)
print(x.grad)

y.backward(torch.FloatTensor([0.5, 0.1, 0.1, 0.1, 0.2]), retain_graph=True)
print(x.grad)
