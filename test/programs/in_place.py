# In-place operations: allowed, on views, and refused.
import torch

x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
y = x * 2
z = y.add_(1)
print(z is y, y._version, y)
y.mul_(x)
y.sum().backward()
print(x.grad)

a = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
b = a * 1
b[0] = 10.0
b[1:].mul_(3)
b.sum().backward()
print(b, a.grad)

for attempt in ("leaf", "saved"):
    try:
        if attempt == "leaf":
            a += 1
        else:
            c = a * 2
            d = c * c
            c += 1
            d.sum().backward()
    except RuntimeError as error:
        print(type(error).__name__, error)
