# 10,000 operations on 5-vectors, forward and forward + backward, timed on its own clock. Runs in Backpass
# and in PyTorch alike; the argument says how often it is run before it counts.
import json
import sys
import time

import torch

OPS = 10_000
WARM_UP = int(sys.argv[1])
REPEATS = 5


def chain(x, y):
    for _ in range(OPS // 2):
        x = y * x + x
    return x


def once():
    x = torch.tensor([1.0, 5.0, 6.0, 10.0, 16.0], requires_grad=True)
    y = torch.tensor([0.0001, 0.0002, 0.0003, 0.0004, 0.0005], requires_grad=True)
    start = time.perf_counter()
    last = chain(x, y)
    forward = time.perf_counter() - start
    last.backward(torch.ones(5))
    both = time.perf_counter() - start
    return forward / OPS * 1e6, both / OPS * 1e6


first = once()
for _ in range(WARM_UP):
    once()
print("FIRST", json.dumps([first]))
print("TIMES", json.dumps([once() for _ in range(REPEATS)]))
