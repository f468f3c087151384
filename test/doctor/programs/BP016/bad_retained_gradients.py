import torch

x = torch.tensor([1.0, 2.0], requires_grad=True)
for scale in (1.0, 2.0, 3.0):
    y = (x * scale).exp().sum()
    (g,) = torch.autograd.grad(y, x, retain_graph=True)  # <- BP016
    print(g)
