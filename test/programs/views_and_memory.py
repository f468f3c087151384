# Views share memory, copies do not; strides, formats, storages and what in-place forms of views leave behind.
import warnings

import torch

warnings.filterwarnings("ignore")

x = torch.arange(24.0).view(2, 3, 4)


def describe(label, tensor, base=x):
    shares = tensor.numel() > 0 and base.data_ptr() <= tensor.data_ptr() < base.data_ptr() + 4 * base.numel()
    print(label, tuple(tensor.shape), tensor.stride(), tensor.storage_offset(), "view" if shares else "copy", tensor.is_contiguous())


VIEWS = {
    "narrow": x.narrow(1, 1, 2), "movedim": x.movedim(0, 2), "swapaxes": x.swapaxes(0, 1), "unfold": x.unfold(2, 2, 1), "T": x[0].T, "mT": x.mT,
    "diagonal": x.diagonal(0, 1, 2), "expand": x.unsqueeze(0).expand(2, -1, -1, -1), "unflatten": x.unflatten(2, (2, 2)), "ravel": x.ravel(),
    "as_strided": x.as_strided((2, 2), (1, 2), 1), "select": x.select(2, 1), "squeeze": x[:1].squeeze(0), "split": x.split(2, 1)[1],
    "chunk": x.chunk(2, 2)[1], "tensor_split": x.tensor_split((1, 3), 2)[2], "hsplit": x.hsplit(3)[2], "unbind": x.unbind(1)[1], "view_as": x.view_as(x.view(6, 4)),
    "flip": x.flip(0), "roll": x.roll(1, 2), "rot90": x.rot90(1, (0, 1)), "repeat": x.repeat(1, 2, 1), "tile": x.tile(2), "clone": x.mT.clone(),
    "contiguous": x.mT.contiguous(), "reshape": x.mT.reshape(24), "to": x.to(torch.float32), "double": x.mT.double(), "zeros_like": torch.zeros_like(x.mT),
}
for label, tensor in VIEWS.items():
    describe(label, tensor)

image = torch.arange(24.0).view(1, 2, 3, 4)
last = image.to(memory_format=torch.channels_last)
print(last.stride(), last.is_contiguous(), last.is_contiguous(memory_format=torch.channels_last), torch.equal(last, image))
print(torch.empty(1, 2, 3, 4, memory_format=torch.channels_last).stride(), last.clone().stride(), last.contiguous().stride(), torch.ones_like(last).stride())
print(torch.empty_strided((2, 3), (1, 2)).stride(), x.new_empty_strided((2, 3), (1, 2)).stride())

t = torch.arange(6.0, requires_grad=True)
y = t * 2
print(y.view(2, 3).t_().shape, y._version)
z = t.view(2, 3) * 1
z.t_()
print(z.shape, type(z.grad_fn).__name__, z._version)
z.unsqueeze_(0)
print(z.shape, type(z.grad_fn).__name__)
z.squeeze_(0).transpose_(0, 1)
(z * torch.arange(6.0).view(2, 3)).sum().backward()
print(z.shape, type(z.grad_fn).__name__, t.grad)
try:
    torch.ones(2, 2, requires_grad=True).t_()
except RuntimeError as error:
    print(error)

leaf = torch.arange(6.0, requires_grad=True)
whole = leaf * 1
part = whole.view(2, 3)[:, 1]
part.mul_(10)
print(type(whole.grad_fn).__name__, type(part.grad_fn).__name__, whole.tolist())
(whole * torch.arange(6.0)).sum().backward()
print(leaf.grad)

overlapping = torch.arange(4.0, requires_grad=True)
windows = (overlapping * 1).as_strided((3, 2), (1, 1))
(windows * torch.arange(6.0).view(3, 2)).sum().backward()
print(overlapping.grad)

r = torch.zeros(2, 2)
r.fill_(3)
print(r.resize_(3).shape, r.resize_(1, 2).tolist(), r.resize_as_(torch.zeros(2, 1)).shape)
for size in ((2, 2, 2), (-1,)):
    try:
        torch.ones(2, requires_grad=True).resize_(size)
    except RuntimeError as error:
        print(error)
print(torch.frombuffer(bytes([1, 0, 0, 0, 2, 0, 0, 0]), dtype=torch.int32), torch.frombuffer(b"\x00\x3c\x00\xc0", dtype=torch.float16))
for call in (
    lambda: x.as_strided((2,), (3,), 99),
    lambda: x.as_strided((2,), (3, 2)),
    lambda: x.as_strided((2,), (-3,)),
    lambda: x.stride(3),
    lambda: torch.tensor(3).stride(0),
    lambda: x.contiguous(memory_format=torch.channels_last),
    lambda: x.view(5, 5),
    lambda: x.mT.view(24),
    lambda: x.expand(3, 3, 4),
    lambda: x.unflatten(1, (2, 2)),
    lambda: x.narrow(0, 0, 5),
    lambda: x.movedim((0, 0), (0, 1)),
    lambda: x.repeat(2),
    lambda: torch.frombuffer(b"", dtype=torch.int32),
    lambda: torch.meshgrid(x[0, 0], x[0, 0].double(), indexing="ij"),
    lambda: torch.broadcast_shapes((2, 3), (5,)),
    lambda: torch.cat((x, x[0])),
    lambda: torch.stack((x, x[:1])),
):
    try:
        call()
    except Exception as error:
        print(type(error).__name__, error)
