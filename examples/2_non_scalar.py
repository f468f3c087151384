# backward() on a vector does not know which of its elements is meant: it raises.
import torch
from torch.autograd import Variable

x = Variable(torch.Tensor([1, 16]), requires_grad=True)
y = x * x
y.backward()
print(x.grad)
