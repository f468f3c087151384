# backward() on a scalar needs no argument: there is one number to differentiate.
import torch
from torch.autograd import Variable

x = Variable(torch.Tensor([16]), requires_grad=True)
y = x * x
y.backward()
print(x.grad)
