import torch

w = torch.ones(3, requires_grad=True)
(w * 2).sum().backward()
with torch.no_grad():
    print((w * 3).sum().item())
