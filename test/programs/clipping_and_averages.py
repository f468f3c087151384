# What stands around a training loop: clipping by norm and by value, moving averages of weights, a warm-up with cosine decay.
import math
import torch

torch.set_default_dtype(torch.float64)
torch.manual_seed(16)
weights = {"a": torch.randn(3, requires_grad=True), "b": torch.randn(2, 2, requires_grad=True)}
average = {name: w.detach().clone() for name, w in weights.items()}


def schedule(step, warmup=2, total=8, peak=0.5):
    if step < warmup:
        return peak * (step + 1) / warmup
    return peak * 0.5 * (1 + math.cos(math.pi * (step - warmup) / (total - warmup)))


def clip_by_norm(tensors, limit):
    gradients = [t.grad for t in tensors]
    total = torch.linalg.vector_norm(torch.stack([torch.linalg.vector_norm(g) for g in gradients]))
    scale = torch.clamp(limit / (total + 1e-6), max=1.0)
    for g in gradients:
        g.detach().mul_(scale)
    return total


for step in range(8):
    loss = (weights["a"] ** 4).sum() + (weights["b"] @ weights["b"]).pow(2).sum()
    loss.backward()
    before = clip_by_norm(weights.values(), limit=1.0)
    rate = schedule(step)
    with torch.no_grad():
        for name, w in weights.items():
            w -= rate * w.grad.clamp_(-0.5, 0.5)
            average[name].lerp_(w, 0.25)
            w.grad = None
    print(f"{step} rate {rate:.4f} loss {loss.item():9.5f} norm {before.item():9.5f}")

print({name: [round(v, 4) for v in t.flatten().tolist()] for name, t in average.items()})
print([t.requires_grad for t in average.values()], [w._version for w in weights.values()])
