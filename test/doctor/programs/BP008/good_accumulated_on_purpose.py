import torch

x = torch.tensor([1.0, 5.0], requires_grad=True)
y = x * x
for weight in (1.0, 0.1, 0.5):
    y.backward(torch.full((2,), weight), retain_graph=True)
    print(x.grad)
