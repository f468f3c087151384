# Mixed precision on the CPU: which dtype each operation runs in inside of autocast, and the casts in the graph.
import warnings

import torch
from torch import nn
from torch.nn import functional as F


def say(label, call):
    try:
        print(label, "->", call())
    except Exception as error:
        print(label, "!!", type(error).__name__, str(error).split("\n")[0][:60])


def half(*sizes):
    return torch.rand(*sizes).bfloat16()


def graph(tensor):
    node, names = tensor.grad_fn, []
    while node is not None:
        names.append(node.name())
        node = next((one for one, _ in node.next_functions if one is not None), None)
    return names


with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    for device, options in (("cpu", {}), ("cpu", {"dtype": torch.float16}), ("cpu", {"enabled": False}), ("cuda", {}), ("tpu", {})):
        say(device, lambda: vars(torch.autocast(device, **options)))
    print(vars(torch.cpu.amp.autocast()), vars(torch.cuda.amp.autocast()))
    scaler = torch.cuda.amp.GradScaler()
    print([str(warning.message) for warning in caught])
print(scaler.is_enabled(), scaler.get_scale(), scaler.state_dict(), scaler.scale(3))
print(torch.is_autocast_cpu_enabled(), torch.get_autocast_cpu_dtype(), torch.is_autocast_enabled(), torch.is_autocast_cache_enabled())

torch.manual_seed(0)
a, v = torch.rand(3, 3), torch.rand(3)
image, volume = torch.rand(1, 1, 4, 4), torch.rand(1, 1, 4, 4, 4)
with torch.autocast("cpu") as entered:
    print(entered, torch.is_autocast_cpu_enabled())
    with torch.autocast("cpu", enabled=False):
        print(torch.is_autocast_cpu_enabled(), (a @ a).dtype)
    for name, call in {
        "mm": lambda: torch.mm(a, a), "matmul": lambda: a @ a, "bmm": lambda: torch.bmm(a[None], a[None]),
        "addmm": lambda: torch.addmm(a, a, a), "baddbmm": lambda: torch.baddbmm(a[None], a[None], a[None]),
        "addbmm": lambda: torch.addbmm(a, a[None], a[None]), "mv": lambda: torch.mv(a, v), "dot": lambda: torch.dot(v, v),
        "matrix and vector": lambda: a @ v, "vectors": lambda: v @ v, "addmv": lambda: torch.addmv(v, a, v),
        "inner": lambda: torch.inner(a, a), "outer": lambda: torch.outer(v, v), "einsum": lambda: torch.einsum("ij,jk->ik", a, a),
        "einsum sum": lambda: torch.einsum("ij->i", a), "tensordot": lambda: torch.tensordot(a, a, 1),
        "multi_dot": lambda: torch.linalg.multi_dot([a, a, a]), "matrix_power": lambda: torch.matrix_power(a, 3),
        "cov": lambda: torch.cov(a), "linear": lambda: F.linear(a, a, v), "bilinear": lambda: F.bilinear(a, a, torch.rand(1, 3, 3)),
        "conv1d": lambda: F.conv1d(a[None], torch.rand(1, 3, 2)), "conv2d": lambda: F.conv2d(image, torch.rand(1, 1, 2, 2), padding="same"),
        "conv3d": lambda: F.conv3d(volume, torch.rand(1, 1, 2, 2, 2)),
        "conv_transpose2d": lambda: F.conv_transpose2d(image.bfloat16(), torch.rand(1, 1, 2, 2)),
        "prod": lambda: half(2).prod(), "sum": lambda: half(2).sum(), "mean": lambda: half(2).mean(), "exp": lambda: half(2).exp(),
        "trace": lambda: half(2, 2).trace(), "norm": lambda: half(2).norm(), "cdist": lambda: torch.cdist(half(2, 2), half(2, 2)),
        "softmax": lambda: half(2, 2).softmax(1), "log_softmax": lambda: F.log_softmax(half(2, 2), 1),
        "quantile": lambda: half(4).quantile(0.5), "fft": lambda: torch.fft.fft(half(4)), "svd": lambda: torch.linalg.svd(half(2, 2))[0],
        "inv": lambda: torch.inverse(half(2, 2)), "linalg.norm": lambda: torch.linalg.norm(half(2, 2), 2), "add": lambda: half(2) + v[:2],
        "layer_norm": lambda: F.layer_norm(half(2, 2), (2,)), "batch_norm": lambda: nn.BatchNorm1d(2)(half(3, 2)),
        "normed": lambda: nn.LayerNorm(2)(half(2, 2)), "pool2": lambda: F.avg_pool2d(image.bfloat16(), 2),
        "pool3": lambda: F.avg_pool3d(volume.bfloat16(), 2), "adaptive3": lambda: F.adaptive_avg_pool3d(volume.bfloat16(), 2),
        "reflect": lambda: F.pad(image.bfloat16(), (1, 1, 1, 1), mode="reflect"), "pad": lambda: F.pad(image.bfloat16(), (1, 1)),
        "grid": lambda: F.grid_sample(image.bfloat16(), half(1, 2, 2, 2), align_corners=False),
        "cat": lambda: torch.cat([half(2), v]), "cat halves": lambda: torch.cat([half(2), half(2)]), "stack": lambda: torch.stack([half(3), v]),
        "hstack": lambda: torch.hstack([half(2), v]), "cat double": lambda: torch.cat([half(2), v.double()]),
        "cat float16": lambda: torch.cat([half(2), v.half()]), "cat ints": lambda: torch.cat([half(2), torch.ones(2, dtype=torch.long)]),
        "double": lambda: a.double() @ a.double(), "mixed": lambda: a.double() @ a, "float16": lambda: a.half() @ a, "long": lambda: a.long() @ a.long(),
        "complex": lambda: a.cfloat() @ a.cfloat(),
        "in place": lambda: torch.zeros(3, 3).addmm_(a, a), "out": lambda: torch.mm(a, a, out=torch.zeros(3, 3)),
        "mse": lambda: F.mse_loss(half(2), half(2)), "l1": lambda: F.l1_loss(half(2), half(2)), "huber": lambda: F.huber_loss(half(2), half(2)),
        "smooth_l1": lambda: F.smooth_l1_loss(half(2), v[:2]), "bce": lambda: F.binary_cross_entropy(half(2), v[:2]),
        "bce logits": lambda: F.binary_cross_entropy_with_logits(half(2), v[:2]), "nll": lambda: F.nll_loss(half(2, 2), torch.tensor([0, 1])),
        "nll 2d": lambda: F.nll_loss(half(1, 2, 2, 2), torch.zeros(1, 2, 2, dtype=torch.long)),
        "cross_entropy": lambda: F.cross_entropy(half(2, 2), torch.tensor([0, 1])), "kl_div": lambda: F.kl_div(half(2, 2), half(2, 2), reduction="sum"),
        "cosine": lambda: F.cosine_embedding_loss(half(2, 2), half(2, 2), torch.tensor([1, -1])), "triplet": lambda: F.triplet_margin_loss(half(2, 2), half(2, 2), half(2, 2)),
        "soft margin": lambda: F.multilabel_soft_margin_loss(half(2, 2), half(2, 2)), "distance": lambda: F.pairwise_distance(half(2, 2), half(2, 2)),
        "embedding": lambda: F.embedding(torch.tensor([0]), a), "similarity": lambda: F.cosine_similarity(half(2, 2), a[:2, :2]),
    }.items():  # fmt: skip
        say(name, lambda: call().dtype)

x = torch.ones(2, 3)
w = torch.full((2, 3), 0.5, requires_grad=True)
b = torch.ones(2, requires_grad=True)
with torch.autocast("cpu"):
    y = F.linear(x, w, b)
    z = F.linear(x, w)
    print(y, graph(y), graph(z), y.grad_fn.next_functions[2][0].next_functions[0][0] is z.grad_fn.next_functions[1][0].next_functions[0][0])
    loss = F.cross_entropy(y, torch.tensor([0, 1])) + F.mse_loss(z, x[:, :2])
    print(loss.dtype, graph(loss))
loss.backward()
print(w.grad, w.grad.dtype, b.grad)
with torch.cpu.amp.autocast(cache_enabled=False):
    print(graph(torch.mm(x, w.t())), torch.is_autocast_cache_enabled())
with torch.autocast("cpu"):
    with torch.no_grad():
        F.linear(x, w)
    print(F.linear(x, w).requires_grad)


@torch.autocast("cpu")
def decorated(x):
    return x @ x.t()


print(decorated(x).dtype, torch.is_autocast_cpu_enabled())
try:
    with torch.autocast("cpu"):
        raise ValueError
except ValueError:
    print(torch.is_autocast_cpu_enabled())


class Twice(torch.autograd.Function):
    @staticmethod
    @torch.cuda.amp.custom_fwd
    def forward(ctx, x):
        return x * 2

    @staticmethod
    @torch.cuda.amp.custom_bwd
    def backward(ctx, upstream):
        return upstream * 2


Twice.apply(b).sum().backward()
print(b.grad)

steps = torch.rand(1, 2, 3)
with torch.autocast("cpu"):
    for recurrent in (nn.LSTM(3, 2), nn.GRU(3, 2), nn.RNN(3, 2)):
        print(type(recurrent).__name__, recurrent(steps)[0].dtype, graph(recurrent(steps)[0])[-8:])
    attention = nn.MultiheadAttention(4, 2)
    print(attention(*[torch.rand(1, 2, 4)] * 3)[0].dtype, nn.TransformerEncoderLayer(4, 2, 8)(torch.rand(1, 1, 4)).dtype)
