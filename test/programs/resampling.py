"""`interpolate` in every mode, up and down, with its derivatives; and what it refuses."""
import warnings

import torch
import torch.nn.functional as F

warnings.simplefilter("ignore")


def image(*shape):
    count = torch.Size(shape).numel()
    return ((torch.arange(count, dtype=torch.float64) * 7 % 11 - 4.5) / 4).reshape(shape).requires_grad_()


def show(input, **settings):
    out = F.interpolate(input, **settings)
    weights = (torch.arange(out.numel()) * 5 % 7 - 2.75).reshape(out.shape) / 2
    (grad,) = torch.autograd.grad((out.square() * weights).sum(), input, create_graph=True)
    (second,) = torch.autograd.grad(grad.square().sum(), input)
    print(settings, tuple(out.shape), out.grad_fn.name(), grad.grad_fn.name())
    for tensor in (out, grad, second):  # 3e-5: no number is halfway between two texts.
        print([f"{number + 3e-5:.3f}" for number in tensor.flatten()[:12].tolist()])


for mode in ("nearest", "nearest-exact", "linear", "area"):
    show(image(1, 2, 5), mode=mode, size=3)
    show(image(1, 2, 5), mode=mode, size=10)
for mode in ("nearest", "nearest-exact", "bilinear", "bicubic", "area"):
    show(image(1, 1, 3, 4), mode=mode, size=(5, 2))
    show(image(1, 1, 3, 4), mode=mode, scale_factor=(1.5, 0.7))
    show(image(1, 1, 3, 4), mode=mode, scale_factor=1.3, recompute_scale_factor=True)
for mode in ("nearest", "nearest-exact", "trilinear", "area"):
    show(image(1, 1, 2, 2, 2), mode=mode, scale_factor=2)
for mode in ("linear", "bilinear", "trilinear"):
    show(image(*([1, 1, 3, 2, 4][: 2 + ("linear", "bilinear", "trilinear").index(mode) + 1])), mode=mode, size=4, align_corners=True)
for mode in ("bilinear", "bicubic"):
    show(image(1, 1, 3, 4), mode=mode, size=(1, 7), align_corners=True)
    show(image(1, 1, 6, 7), mode=mode, size=(2, 9), antialias=True)
    show(image(1, 1, 6, 7), mode=mode, scale_factor=0.4, antialias=True, align_corners=True)

print(F.interpolate(image(2, 3, 4, 4).detach().to(memory_format=torch.channels_last), scale_factor=2).stride())
print(F.interpolate(torch.arange(4, dtype=torch.uint8).reshape(1, 1, 4), size=7))
for older in (F.upsample, F.upsample_nearest, F.upsample_bilinear):
    print(older(image(1, 1, 2, 2), 3), older(image(1, 1, 2, 2), scale_factor=1.5).grad_fn.name())

square, line, cube = image(1, 1, 3, 3), image(1, 1, 3), image(1, 1, 2, 2, 2)
for input, settings in (
    (square, {}),
    (square, dict(size=2, scale_factor=2)),
    (square, dict(size=(2, 3, 4))),
    (square, dict(scale_factor=[2, 3, 4])),
    (square, dict(size=2, align_corners=True)),
    (square, dict(size=2, recompute_scale_factor=True)),
    (square, dict(size=2, antialias=True)),
    (square, dict(size=2, mode="linear")),
    (square, dict(size=2, mode="trilinear")),
    (square, dict(size=2, mode="lanczos")),
    (line, dict(size=2, mode="bilinear")),
    (line, dict(size=2, mode="bicubic")),
    (cube, dict(size=2, mode="linear")),
    (cube, dict(size=2, mode="bilinear")),
    (image(2, 3), dict(size=2)),
    (square, dict(size=0)),
    (line, dict(scale_factor=0.1)),
    (cube, dict(size=(1, 0, 2), mode="trilinear")),
    (torch.zeros(2, 0, 3), dict(size=2)),
    (torch.ones(1, 1, 3, dtype=torch.int64), dict(size=2)),
    (torch.ones(1, 1, 3, dtype=torch.uint8), dict(size=2, mode="linear")),
    (torch.ones(1, 1, 3, 3, dtype=torch.bool), dict(size=2, mode="bicubic")),
):
    try:
        print(F.interpolate(input, **settings).shape)
    except Exception as error:
        print(type(error).__name__, error)
