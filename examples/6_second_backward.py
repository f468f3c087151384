# Without retain_graph the saved tensors are freed by the first pass, and a second one raises.
import torch
from torch.autograd import Variable

x = Variable(torch.Tensor([1, 5, 6, 10, 16]), requires_grad=True)
y = x * x

try:
    y.backward(torch.ones(4))
except RuntimeError as error:
    print(error)

y.backward(torch.ones(5))
print(x.grad)
y.backward(torch.ones(5))
