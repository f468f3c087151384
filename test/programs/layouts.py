"""How results lie in memory: as their operands do, where an op runs element by element."""
import torch
import torch.nn.functional as F

torch.manual_seed(0)


def show(name, *tensors):
    print(name, *[f"{tuple(tensor.shape)}/{tensor.stride()}" for tensor in tensors])


matrix = torch.randn(3, 4).t()
other = torch.randn(4, 3)
block = torch.randn(2, 3, 4)
turned = block.permute(2, 0, 1)
strip = torch.randn(4, 6)[:, ::2]
column, row = torch.randn(4, 1), torch.randn(1, 3)
image = torch.randn(2, 3, 4, 5).to(memory_format=torch.channels_last)

for name in "abs neg exp log1p sqrt sigmoid tanh sign floor isnan isfinite logical_not square reciprocal erf".split():
    show(name, *[getattr(torch, name)(one) for one in (matrix, turned, strip, image)])
for name in "add sub mul div eq lt pow remainder copysign".split():
    op = getattr(torch, name)
    show(name, op(matrix, matrix), op(matrix, other), op(other, matrix), op(matrix, column), op(column, row), op(turned, turned[:1]))
    show(name, op(strip, 2.0), op(strip, matrix), op(matrix, 2), op(image, image), op(image, image.contiguous()), op(image, torch.randn(3, 1, 1)))
for name in "relu elu gelu silu softplus leaky_relu hardtanh hardswish mish selu celu".split():
    show(name, getattr(F, name)(matrix), getattr(F, name)(turned), getattr(F, name)(image))
show("numbers", matrix * 2, 2 - matrix, 1 / matrix, matrix**2, 2**matrix, matrix // 2, -matrix, matrix > 0)
show("where", torch.where(matrix > 0, matrix, other), torch.where(other > 0, matrix, other), torch.where(matrix > 0, matrix, torch.zeros(())))
show("clamp", matrix.clamp(0), matrix.clamp(min=other), other.clamp(max=matrix), turned.clip(-1, 1))
show("fused", torch.addcmul(matrix, other, matrix), torch.addcdiv(other, matrix, matrix), torch.lerp(matrix, other, 0.5))
show("likes", torch.zeros_like(matrix), torch.ones_like(strip), torch.empty_like(turned), torch.rand_like(image), matrix.clone(), strip.clone())
show("casts", matrix.double(), strip.long(), turned.bool(), image.half(), matrix.to(torch.float64, memory_format=torch.contiguous_format))
show("copies", matrix.flip(0), matrix.sort()[0], matrix.masked_fill(matrix > 0, 1), matrix.index_fill(0, torch.tensor([0]), 1.0), matrix.roll(1))
show("reductions", turned.sum(0), turned.mean(1, keepdim=True), matrix.max(0)[0], matrix.cumsum(0), matrix.softmax(0), matrix.var(1))
show("products", matrix @ other.t(), turned @ turned.transpose(1, 2), torch.addmm(matrix @ matrix.t(), matrix, matrix.t()))
show("images", F.max_pool2d(image, 2), F.avg_pool2d(image, 2), F.adaptive_avg_pool2d(image, 2), F.conv2d(image, torch.randn(2, 3, 2, 2)))
show("images", F.batch_norm(image, None, None, training=True), F.interpolate(image, scale_factor=2), F.pad(image, (1, 1)), image.mean(1))

leaf = torch.randn(4, 3, requires_grad=True)
(leaf.t() * 2).exp().sum().backward()
show("gradient", leaf.grad)
print((matrix * other).view(-1).tolist() if (matrix * other).is_contiguous() else "not contiguous")
try:
    (matrix * 2).view(-1)
except RuntimeError as error:
    print(error)
print((matrix * 2).reshape(-1).tolist() == [2 * x for one in matrix.tolist() for x in one])
out = torch.empty(0)
torch.mul(matrix, 2, out=out)
show("out", out)
