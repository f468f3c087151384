"""Arguments that there is no derivative by are refused when they ask for one."""
import torch
import torch.nn.functional as F

torch.manual_seed(0)


def wants(*shape):
    return torch.rand(*shape).requires_grad_()


CLASSES = torch.tensor([0, 1, 2])
CALLS = {
    "bce": lambda: F.binary_cross_entropy(torch.rand(3), torch.rand(3), wants(3)),
    "bce of a target": lambda: F.binary_cross_entropy(torch.rand(3), wants(3)),
    "logits, weight": lambda: F.binary_cross_entropy_with_logits(torch.rand(3), torch.rand(3), weight=wants(3)),
    "logits, pos_weight": lambda: F.binary_cross_entropy_with_logits(torch.rand(3), torch.rand(3), pos_weight=wants(3)),
    "nll": lambda: F.nll_loss(torch.rand(3, 4), CLASSES, weight=wants(4)),
    "nll of images": lambda: F.nll_loss(torch.rand(3, 4, 2, 2), torch.zeros(3, 2, 2).long(), weight=wants(4)),
    "cross entropy": lambda: F.cross_entropy(torch.rand(3, 4), CLASSES, weight=wants(4)),
    "cross entropy of probabilities": lambda: F.cross_entropy(torch.rand(3, 4), torch.rand(3, 4), weight=wants(4)),
    "margins": lambda: F.multi_margin_loss(torch.rand(3, 4), CLASSES, weight=wants(4)),
    "running mean": lambda: F.batch_norm(torch.rand(3, 4), wants(4), torch.rand(4), training=True),
    "running var": lambda: F.batch_norm(torch.rand(3, 4), torch.rand(4), wants(4)),
    "pinv": lambda: torch.linalg.pinv(torch.rand(3, 3), rtol=wants(1)),
    "fractional pool": lambda: F.fractional_max_pool2d(torch.rand(1, 1, 4, 4), 2, 2, _random_samples=wants(1, 1, 2)),
}
for grad in (True, False):
    torch.set_grad_enabled(grad)
    for name, call in CALLS.items():
        try:
            result = call()
            print(f"{name}: {abs(result.sum().item()):.4f} {result.requires_grad}")
        except RuntimeError as error:
            print(f"{name}: {error}")
