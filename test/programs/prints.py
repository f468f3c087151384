# What tensors and their parts look like in print.
import torch

print(torch.tensor(3.0), torch.tensor(3), torch.tensor(True))
print(torch.tensor([1.5, -2.25, 1e-8]), torch.tensor([1e10, 1.0]))
print(torch.tensor([[1, 20], [300, 4]]), torch.tensor([]))
print(torch.tensor([float("nan"), float("inf"), -float("inf"), 0.0]))
print(torch.tensor([1.0, 2.0], dtype=torch.float64), torch.tensor([1, 2], dtype=torch.int8))
print(torch.zeros(2, 3), torch.ones(3), torch.arange(5), torch.arange(0, 1, 0.25))
x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * 2
print(x, y, y.sum(), y.detach(), x.data)
print(x.shape, x.dtype, x.size(0), x.dim(), x.numel(), x.is_leaf, y.is_leaf, y.requires_grad, x.grad)
print(x.shape == (2,), len(x), x.tolist(), y.sum().item(), x.device, x.grad_fn)
print(type(y.grad_fn).__name__, y.grad_fn.name(), [type(n).__name__ for n, _ in y.grad_fn.next_functions])
print(f"{y.sum():.3f} {torch.tensor(5):04d}", repr(torch.Size([1, 2])), torch.float32, torch.device("cpu"))
print(type(x), isinstance(x, torch.Tensor), torch.is_tensor(x), isinstance(x, torch.FloatTensor))
print(x == torch.tensor([1.0, 3.0]), x > 1, (x > 1).all(), (x > 1).any())
print(str(x) == repr(x), hash(x) == id(x), bool(torch.tensor([1])), float(x[0]), int(x[1]))
