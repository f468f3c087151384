# copy.copy, copy.deepcopy, clone, detach and .data: what shares memory, what keeps its place in the graph, what a memo is for.
import copy
import torch


def attempt(action):
    try:
        print(action())
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


leaf = torch.tensor([1.0, 2.0], requires_grad=True)
leaf.sum().backward()
deep, shallow = copy.deepcopy(leaf), copy.copy(leaf)
print(deep, deep.grad, deep.is_leaf, deep.data_ptr() == leaf.data_ptr(), deep.grad.data_ptr() == leaf.grad.data_ptr())
print(shallow, shallow.grad, shallow is leaf, shallow.data_ptr() == leaf.data_ptr(), shallow.requires_grad)
attempt(lambda: copy.deepcopy(leaf * 2))
print(copy.copy(leaf * 2), copy.deepcopy((leaf * 2).detach()), copy.deepcopy((leaf * 2).data))

x = torch.arange(6.0).reshape(2, 3)
first, second = copy.deepcopy([x, x])
print(first is second, first is x, torch.equal(first, x))
whole, row, turned = copy.deepcopy((x, x[1], x.t()))
whole[1, 0] = 50
print(row, turned, x[1, 0], row.storage_offset(), turned.stride(), whole.data_ptr() + 12 == row.data_ptr())
nested = {"a": [x, {"b": x[0]}], "n": torch.float32, "s": x.shape, "d": x.device}
again = copy.deepcopy(nested)
again["a"][0].zero_()
print(again, again["n"] is torch.float32, type(again["s"]).__name__)

parameter = torch.nn.Parameter(torch.ones(2))
parameter.sum().backward()
own = copy.deepcopy(parameter)
print(type(own).__name__, own, own.grad, own is parameter, own.requires_grad)
tied = torch.nn.Linear(2, 2, bias=False), None
tied = copy.deepcopy((parameter, [parameter]))
print(tied[0] is tied[1][0])


class Holder:
    def __init__(self, weight):
        self.weight, self.view = weight, weight.detach()[:1]


holder = copy.deepcopy(Holder(leaf))
print(type(holder.weight).__name__, holder.weight.requires_grad, holder.view, holder.weight is leaf)
for made in (x.clone(), x.detach(), x.data, x[:], x.contiguous(), x.to(torch.float32), x.to(torch.float32, copy=True), x.view(2, 3)):
    print(made is x, made.data_ptr() == x.data_ptr(), made._is_view(), end=" | ")
print()
y = leaf * 3
for made in (y.clone(), y.detach(), y.data, y.clone().detach(), y.detach().clone().requires_grad_()):
    print(made.requires_grad, made.is_leaf, made.grad_fn and made.grad_fn.name(), made._version)
version = y._version
y.detach().add_(1)
y.data.add_(1)
print(y, y._version - version)
