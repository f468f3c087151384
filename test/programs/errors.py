# Mistakes that a program catches, told in PyTorch's words.
import torch

x = torch.tensor([1.0, 2.0], requires_grad=True)


def attempt(action):
    try:
        print(action())
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


attempt(lambda: (x * 2).backward())
attempt(lambda: torch.ones(2).sum().backward())
attempt(lambda: x + torch.ones(3))
attempt(lambda: torch.ones(2, 3) @ torch.ones(2, 3))
attempt(lambda: torch.tensor([1, 2], requires_grad=True))
attempt(lambda: x.view(3))
attempt(lambda: x[5])
attempt(lambda: x.item())
attempt(lambda: bool(x))
attempt(lambda: x + "a")
attempt(lambda: torch.tensor([[1, 2], [3]]))
attempt(lambda: x.numpy())
attempt(lambda: x.no_such_thing)
attempt(lambda: torch.no_such_thing)
attempt(lambda: len(torch.tensor(1.0)))
attempt(lambda: x.sum(dim=3))
attempt(lambda: x.sum().backward(torch.ones(2)))
attempt(lambda: torch.zeros(-1))
attempt(lambda: setattr(x, "grad", torch.ones(3)))
attempt(lambda: torch.cat([torch.ones(2, 2), torch.ones(3)]))
y = x.sum()
y.backward()
attempt(lambda: (x * x).sum().backward())
print(x.grad)
