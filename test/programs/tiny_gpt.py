# A transformer of one block, with token and position embeddings and tied output weights, that learns to count.
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.manual_seed(8)
tokens = torch.tensor([0, 1, 2, 3, 0])
vocabulary, width, length = 4, 4, 4
p = {
    "tok": torch.randn(vocabulary, width) * 0.5,
    "pos": torch.randn(length, width) * 0.1,
    "qkv": torch.randn(width, 3 * width) * 0.5,
    "up": torch.randn(width, 8) * 0.5,
    "down": torch.randn(8, width) * 0.5,
}
for value in p.values():
    value.requires_grad_(True)


def forward(ids):
    x = p["tok"][ids] + p["pos"][: len(ids)]
    q, k, v = (F.layer_norm(x, (width,)) @ p["qkv"]).chunk(3, -1)
    scores = q @ k.T * width**-0.5
    scores = scores + torch.full_like(scores, float("-inf")).triu(1)
    x = x + scores.softmax(-1) @ v
    x = x + F.gelu(F.layer_norm(x, (width,)) @ p["up"]) @ p["down"]
    return F.layer_norm(x, (width,)) @ p["tok"].t()


moments = {name: (torch.zeros_like(t), torch.zeros_like(t)) for name, t in p.items()}
for step in range(1, 6):
    loss = F.cross_entropy(forward(tokens[:-1]), tokens[1:])
    loss.backward()
    with torch.no_grad():
        for name, t in p.items():
            m, v = moments[name]
            m.lerp_(t.grad, 0.1)
            v.mul_(0.99).addcmul_(t.grad, t.grad, value=0.01)
            t.addcdiv_(m / (1 - 0.9**step), (v / (1 - 0.99**step)).sqrt_().add_(1e-8), value=-0.1)
            t.grad = None
    print(step, f"{loss.item():.4f}")

with torch.no_grad():
    ids = tokens[:1]
    while len(ids) < 4:
        ids = torch.cat([ids, forward(ids)[-1:].argmax(-1)])
print(ids, sum(t.numel() for t in p.values()), forward(ids).grad_fn.name())
