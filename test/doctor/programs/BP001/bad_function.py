import torch

w = torch.ones(2, 2, requires_grad=True)


def gradient(out):
    return torch.autograd.grad(out, w)  # <- BP001


print(gradient(w @ w))
