# Strides, storage offsets and views: what shares memory with what, and what writing through a view does to versions and history.
import torch

x = torch.arange(24.0).reshape(2, 3, 4)
VIEWS = {
    "select": x[1],
    "slice": x[:, 1:, ::2],
    "transpose": x.transpose(0, 2),
    "permute": x.permute(2, 0, 1),
    "expand": x[:1].expand(3, 3, 4),
    "view": x.view(6, 4),
    "unsqueeze": x.unsqueeze(1),
    "squeeze": x[:, :1].squeeze(1),
    "diagonal": x.diagonal(0, 1, 2),
    "unfold": x.unfold(2, 2, 1),
    "as_strided": x.as_strided((2, 2), (1, 5), 3),
    "narrow": x.narrow(1, 1, 2),
    "movedim": x.movedim(0, -1),
    "flatten": x.flatten(1),
    "unflatten": x.unflatten(2, (2, 2)),
    "chunk": x.chunk(2, 2)[1],
    "split": x.split(2, 1)[1],
    "unbind": x.unbind(1)[2],
    "detach": x.detach(),
    "T": x[0].T,
    "reshape": x.reshape(3, 8),
    "ravel": x.ravel(),
}
for name, view in VIEWS.items():
    shared = view.storage().data_ptr() == x.storage().data_ptr()
    print(name, tuple(view.shape), view.stride(), view.storage_offset(), view.is_contiguous(), shared, view._is_view())
for name, copy in {"contiguous": x.transpose(0, 1).contiguous(), "reshape": x.transpose(0, 2).reshape(4, 6), "clone": x.clone()}.items():
    print(name, copy.stride(), copy.data_ptr() == x.data_ptr(), copy._is_view(), copy._base is None)
print(x.contiguous() is x, x.data_ptr() + 4 * 12 == x[1].data_ptr(), x[1]._base is x, x[1][0]._base is x)
print(VIEWS["unfold"][0, 0], VIEWS["as_strided"], VIEWS["diagonal"])
VIEWS["as_strided"].fill_(-1)
print(x[0], x._version, VIEWS["T"]._version)

base = torch.zeros(2, 3, requires_grad=True)
work = base * 2
row = work[0]
print(row.grad_fn.name(), work._version)
row.add_(1)
print(row.grad_fn.name(), work.grad_fn.name(), [n and n.name() for n, _ in work.grad_fn.next_functions], work._version)
work.mul_(3)
print(row, row.grad_fn.name(), work.grad_fn.name())
column = work[:, 1]
column.copy_(torch.tensor([5.0, 6.0]))
column.requires_grad and column.sum().backward(retain_graph=True)
print(base.grad)
base.grad = None
(work.sum() + (row * row).sum()).backward()
print(base.grad, work)


def attempt(action):
    try:
        print(action())
    except Exception as error:
        print(f"{type(error).__name__}: {error}")


attempt(lambda: base.unbind()[0].add_(1))
attempt(lambda: (base * 1).unbind()[0].add_(1))
with torch.no_grad():
    quiet = work[0]
attempt(lambda: quiet.add_(1))
attempt(lambda: base.view(6).add_(1))
attempt(lambda: work.expand(3, 2, 3).add_(1))
attempt(lambda: work.as_strided((3, 3), (1, 4)))
attempt(lambda: work.t().view(6))
saved = base.exp()
loss = (saved * saved).sum()
saved.add_(1)
attempt(lambda: loss.backward())
square = base.pow(2).sum()
square.backward()
attempt(lambda: square.backward())
attempt(lambda: square.grad_fn._saved_self)
