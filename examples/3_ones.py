# A vector needs a gradient of its own shape: what the later layer passes back. Ones weigh every element alike.
import torch
from torch.autograd import Variable

x = Variable(torch.Tensor([1, 5, 6, 10, 16]), requires_grad=True)
y = x * x
y.backward(torch.ones(5), retain_graph=True)
print(x.grad)
