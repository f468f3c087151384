import torch

x = torch.tensor([1.0, 2.0], requires_grad=True)
try:
    (x * 2).backward()
except RuntimeError as error:
    print("as expected:", error)
(x * 2).sum().backward()
print(x.grad)
