import torch


def forward(a, b):
    product = a * b
    scaled = product.pow(3)
    product += b  # <- BP004
    return (scaled + product).sum()


a = torch.ones(4, requires_grad=True)
b = torch.arange(4.0)
forward(a, b).backward()
