# The graph follows what Python does: branches, loops, recursion, generators.
import torch


def power(x, n):
    return x * power(x, n - 1) if n > 1 else x


def halves(x):
    while x.item() > 1:
        x = x / 2
        yield x


x = torch.tensor(5.0, requires_grad=True)
y = power(x, 4)
if y > 100:
    y = y - 100
else:
    y = y * 100
total = sum(halves(x), y)
total.backward()
print(total.item(), x.grad)

w = [torch.tensor(float(i), requires_grad=True) for i in range(3)]
z = sum((-1) ** i * v * v for i, v in enumerate(w))
z.backward()
print([v.grad.item() for v in w])
