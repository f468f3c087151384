# Grad mode as context manager, decorator and function; detach and data.
import torch

x = torch.tensor([2.0], requires_grad=True)


@torch.no_grad()
def frozen(v):
    return v * 3, torch.is_grad_enabled()


with torch.no_grad():
    y = x * 2
    with torch.enable_grad():
        z = x * 3
    print(y.requires_grad, z.requires_grad, torch.is_grad_enabled())
print(frozen(x)[0].requires_grad, frozen(x)[1], frozen.__name__)
with torch.set_grad_enabled(False):
    print((x * 2).requires_grad)
print(torch.is_grad_enabled())
torch.set_grad_enabled(False)
print((x * 2).requires_grad)
torch.set_grad_enabled(True)
w = x.detach()
w[0] = 7.0
print(x, w, w.requires_grad, x.data.requires_grad)
v = (x * 2).detach() * x
v.backward()
print(x.grad)
u = torch.tensor([1.0, 2.0]).requires_grad_()
print(u.requires_grad, u.is_leaf)
u.requires_grad = False
print(u.requires_grad)
