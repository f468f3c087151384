# Two heads of causal self-attention, a residual and a layer norm, all by hand; then beside PyTorch's own norm.
import math
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.manual_seed(7)
batch, length, width, heads = 1, 4, 4, 2
x = torch.randn(batch, length, width, requires_grad=True)
qkv = (torch.randn(width, 3 * width) / math.sqrt(width)).requires_grad_()
proj = (torch.randn(width, width) / math.sqrt(width)).requires_grad_()
gain, shift = torch.ones(width, requires_grad=True), torch.zeros(width, requires_grad=True)


def split_heads(t):
    return t.view(batch, length, heads, width // heads).transpose(1, 2)


def attention(x):
    q, k, v = map(split_heads, (x @ qkv).split(width, dim=-1))
    scores = q @ k.transpose(-2, -1) / math.sqrt(width // heads)
    mask = torch.ones(length, length, dtype=torch.bool).tril()
    weights = scores.masked_fill(~mask, float("-inf")).softmax(dim=-1)
    return (weights @ v).transpose(1, 2).contiguous().view(batch, length, width) @ proj, weights


def layer_norm(x):
    mean = x.mean(-1, keepdim=True)
    variance = x.var(-1, unbiased=False, keepdim=True)
    return (x - mean) / torch.sqrt(variance + 1e-5) * gain + shift


mixed, weights = attention(x)
y = layer_norm(x + mixed)
y.square().mul(torch.arange(1.0, 5.0)).mean().backward()
print([[round(v, 3) for v in row] for row in weights[0, 0].tolist()])
print(weights.sum(-1).flatten().tolist() == [1.0] * 8 or weights.sum(-1).sub(1).abs().max().item() < 1e-6)
print(torch.allclose(y, F.layer_norm(x + mixed, (width,), gain, shift, eps=1e-5), atol=1e-6))
print([f"{p.grad.norm().item():.4f}" for p in (x, qkv, proj, gain, shift)])
(early,) = torch.autograd.grad(attention(x)[0][0, 1].sum(), x)
print((early[0].abs().sum(-1) > 0).tolist(), "a token sees itself and those before")
print(mixed.grad_fn.name(), weights.grad_fn.name(), y.grad_fn.name())
