import torch

w = torch.tensor([1.0, 2.0], requires_grad=True)
for step in range(3):
    features = w.exp()
    features.sum().backward(retain_graph=True)
    features.square().sum().backward()
    w.grad = None
