# What training programs spend their time on, row by row, timed on its own clock. Runs in Backpass and in PyTorch alike; `rows.py mul_1m`
# runs one row. Prints the milliseconds of each (median) and a number made of its results, by which the two can be compared.
import json
import sys
import time

import torch
import torch.nn.functional as F

WARM_UP = 0.3
"""Seconds per row before it counts, as JavaScript's libraries are given them too: what a loop runs is compiled while it runs."""
BUDGET = 0.4
"""Seconds per row after that; at least three runs, at most 100."""


def rand(*shape, scale=1.0, grad=False):
    return ((torch.rand(shape) * 2 - 1) * scale).requires_grad_(grad)


def forward(f, *args):
    def run():
        with torch.no_grad():
            return [f(*args)]

    return run


def both(f, *leaves):
    """Forward and backward, with a fresh `.grad`."""

    def run():
        for leaf in leaves:
            leaf.grad = None
        f(*leaves).backward()
        return [leaf.grad for leaf in leaves]

    return run


def train(f, params, rate):
    """Forward, backward and a step of SGD."""

    def run():
        loss = f()
        loss.backward()
        with torch.no_grad():
            for param in params:
                param -= rate * param.grad
                param.grad = None
        return [loss.detach()]

    return run


def chain(x, y):
    for _ in range(5000):
        x = y * x + x
    return x.sum()


def chain_scalar():
    return both(chain, torch.tensor(0.5, requires_grad=True), torch.tensor(1e-4, requires_grad=True))


def matmul(n):
    return forward(torch.mm, rand(n, n), rand(n, n))


def matmul_both(n):
    w = rand(n, n)
    return both(lambda a, b: ((a @ b) * w).sum(), rand(n, n, grad=True), rand(n, n, grad=True))


def conv_both():
    x, w = rand(8, 16, 28, 28, grad=True), rand(32, 16, 3, 3, grad=True)
    return both(lambda x, w: F.conv2d(x, w, padding=1).square().sum(), x, w)


def softmax_both():
    w = rand(1024, 1024)
    return both(lambda x: (x.softmax(-1) * w).sum(), rand(1024, 1024, grad=True))


def embed_both():
    index, w = torch.randint(0, 50000, (10000,)), rand(10000, 64)
    return both(lambda e: (F.embedding(index, e) * w).sum(), rand(50000, 64, grad=True))


def mlp():
    x, y = rand(64, 784), torch.randint(0, 10, (64,))
    params = [rand(784, 128, scale=0.05, grad=True), torch.zeros(128, requires_grad=True)]
    params += [rand(128, 10, scale=0.05, grad=True), torch.zeros(10, requires_grad=True)]
    w1, b1, w2, b2 = params
    return train(lambda: F.cross_entropy((x @ w1 + b1).relu() @ w2 + b2, y), params, 0.1)


def conv_net():
    x, y = rand(32, 1, 28, 28), torch.randint(0, 10, (32,))
    w1, b1, w2, b2 = [rand(8, 1, 3, 3, grad=True), rand(8, grad=True), rand(16, 8, 3, 3, grad=True), rand(16, grad=True)]
    w3, b3 = rand(784, 10, scale=0.05, grad=True), torch.zeros(10, requires_grad=True)

    def loss():
        h = F.max_pool2d(F.conv2d(x, w1, b1, padding=1).relu(), 2)
        h = F.max_pool2d(F.conv2d(h, w2, b2, padding=1).relu(), 2)
        return F.cross_entropy(h.flatten(1) @ w3 + b3, y)

    return train(loss, [w1, b1, w2, b2, w3, b3], 0.01)


def gpt(c=64, heads=4, t=64, batch=8, vocab=128, layers=2):
    weight = lambda *shape: rand(*shape, scale=0.08, grad=True)
    ones = lambda: torch.ones(c, requires_grad=True)
    zeros = lambda n=c: torch.zeros(n, requires_grad=True)
    tokens, places, head, last = weight(vocab, c), weight(t, c), weight(c, vocab), [ones(), zeros()]
    blocks = [
        [ones(), zeros(), *[make() for _ in range(4) for make in (lambda: weight(c, c), zeros)], ones(), zeros()]
        + [weight(c, 4 * c), zeros(4 * c), weight(4 * c, c), zeros()]
        for _ in range(layers)
    ]
    index, target = torch.randint(0, vocab, (batch, t)), torch.randint(0, vocab, (batch * t,))
    mask = torch.ones(t, t).triu(1).bool()

    def loss():
        x = F.embedding(index, tokens) + places
        for g1, h1, wq, bq, wk, bk, wv, bv, wo, bo, g2, h2, w1, b1, w2, b2 in blocks:
            h = F.layer_norm(x, (c,), g1, h1)
            q, k, v = [
                (h @ w + b).view(batch, t, heads, c // heads).transpose(1, 2) for w, b in ((wq, bq), (wk, bk), (wv, bv))
            ]
            a = (q @ k.transpose(-2, -1) * (c // heads) ** -0.5).masked_fill(mask, float("-inf")).softmax(-1)
            x = x + (a @ v).transpose(1, 2).reshape(batch, t, c) @ wo + bo
            h = F.layer_norm(x, (c,), g2, h2)
            x = x + F.gelu(h @ w1 + b1, approximate="tanh") @ w2 + b2
        return F.cross_entropy((F.layer_norm(x, (c,), *last) @ head).view(-1, vocab), target)

    return train(loss, [tokens, places, *[p for block in blocks for p in block], *last, head], 0.1)


def lstm():
    xs = list(rand(50, 16, 64).unbind(0))

    def loss(wx, wh, b):
        h = c = torch.zeros(16, 64)
        for x in xs:
            i, f, g, o = (x @ wx + h @ wh + b).chunk(4, 1)
            c = f.sigmoid() * c + i.sigmoid() * g.tanh()
            h = o.sigmoid() * c.tanh()
        return h.sum()

    weights = [rand(64, 256, scale=0.1, grad=True) for _ in range(2)]
    return both(loss, *weights, torch.zeros(256, requires_grad=True))


M = 1_000_000
ROWS = {
    "chain_scalar_fb": chain_scalar,
    "chain_vec5_fb": lambda: both(chain, rand(5, grad=True), rand(5, scale=1e-4, grad=True)),
    "exp_1m": lambda: forward(torch.exp, rand(M)),
    "mul_1m": lambda: forward(torch.mul, rand(M), rand(M)),
    "mul_1m_number": lambda: forward(lambda x: x * 2, rand(M)),
    "expmul_1m_fb": lambda: both(lambda x, y: (x.exp() * y).sum(), rand(M, grad=True), rand(M, grad=True)),
    "sum_1m": lambda: forward(torch.sum, rand(M)),
    "sum_ax0_1000": lambda: forward(lambda x: x.sum(0), rand(1000, 1000)),
    "sum_ax1_1000": lambda: forward(lambda x: x.sum(1), rand(1000, 1000)),
    "matmul_256": lambda: matmul(256),
    "matmul_512": lambda: matmul(512),
    "matmul_1024": lambda: matmul(1024),
    "matmul_256_fb": lambda: matmul_both(256),
    "matmul_512_fb": lambda: matmul_both(512),
    "matmul_1024_fb": lambda: matmul_both(1024),
    "conv2d": lambda: forward(lambda x, w: F.conv2d(x, w, padding=1), rand(8, 16, 28, 28), rand(32, 16, 3, 3)),
    "conv2d_fb": conv_both,
    "softmax_1024": lambda: forward(lambda x: x.softmax(-1), rand(1024, 1024)),
    "softmax_1024_fb": softmax_both,
    "embed": lambda: forward(F.embedding, torch.randint(0, 50000, (10000,)), rand(50000, 64)),
    "embed_fb": embed_both,
    "mlp_step": mlp,
    "conv_step": conv_net,
    "gpt_step": gpt,
    "lstm_fb": lstm,
}


def measure(make):
    torch.manual_seed(0)
    run = make()
    check = sum(part.double().abs().sum().item() for part in run())
    begin = time.perf_counter()
    while time.perf_counter() - begin < WARM_UP:
        run()
    times = []
    begin = time.perf_counter()
    while len(times) < 3 or (len(times) < 100 and time.perf_counter() - begin < BUDGET):
        start = time.perf_counter()
        run()
        times.append((time.perf_counter() - start) * 1e3)
    return {"ms": sorted(times)[len(times) // 2], "least": min(times), "check": check}


for name in sys.argv[1:] or ROWS:
    try:
        found = measure(ROWS[name])
    except (AttributeError, NotImplementedError, RuntimeError) as error:
        found = {"error": str(error)[:100]}
    print("ROW", json.dumps({"name": name, **found}), flush=True)
