import torch

x = torch.tensor([[1.0, 2.0]], requires_grad=True)
(x * x).backward(torch.tensor([[1.0, 0.5]]))
print(x.grad)
