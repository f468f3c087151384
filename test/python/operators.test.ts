/** The operators of `Tensor`, which are methods of CPython's own kind: what they leave to Python, and what they must not lose. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { nodeTexts, run, startHost } from './run-python.ts';

const host = startHost();
after(() => host.dispose());

async function printed(source: string): Promise<string> {
  const { stdout, stderr } = await run(host, source);
  assert.equal(stderr, '');
  return stdout;
}

describe('operators of tensors', () => {
  it('take tensors, numbers of each kind and numbers of any size', async () => {
    const source = `import torch
x = torch.tensor([1.0, 2.0])
n = torch.tensor([1, 2])
print((x * x).tolist(), (x * 2).tolist(), (2 * x).tolist(), (x * 0.5).tolist(), (x + True).tolist())
print((n + 2**40).tolist(), (n * -3).tolist(), (n / 2).tolist(), (n + 0.5).dtype, (n + True).dtype)
print((x > 1).tolist(), (x == n).tolist(), (1 - x).tolist(), (-x).tolist())
`;
    assert.equal(
      await printed(source),
      '[1.0, 4.0] [2.0, 4.0] [2.0, 4.0] [0.5, 1.0] [2.0, 3.0]\n' +
        '[1099511627777, 1099511627778] [-3, -6] [0.5, 1.0] torch.float32 torch.int64\n' +
        '[False, True] [True, True] [0.0, -1.0] [-1.0, -2.0]\n',
    );
  });

  it('answer with the same object in place', async () => {
    const source = `import torch
x = torch.ones(2)
y = x
x += 1
x *= torch.ones(2)
print(x is y, y.tolist())
`;
    assert.equal(await printed(source), 'True [2.0, 2.0]\n');
  });

  it('leave other operands to them', async () => {
    const source = `import torch
class Right:
    def __rmul__(self, other):
        return "right"
class Mine(torch.Tensor):
    pass
x = torch.ones(2)
print(x * Right(), (x * Mine([1.0, 2.0])).tolist(), (Mine([1.0, 2.0]) + x).tolist(), (x * torch.nn.Parameter(x)).tolist())
for wrong in (lambda: x * "a", lambda: x + None, lambda: x.__mul__(), lambda: x.__mul__(1, 2), lambda: x @ torch.ones(3)):
    try:
        wrong()
    except (TypeError, RuntimeError) as error:
        print(type(error).__name__)
print(x.__mul__("a"))
`;
    assert.equal(
      await printed(source),
      'right [1.0, 2.0] [2.0, 3.0] [1.0, 1.0]\nTypeError\nTypeError\nTypeError\nTypeError\nRuntimeError\nNotImplemented\n',
    );
  });

  it('refuse an object that was never made', async () => {
    const source = `import torch
empty = object.__new__(torch.Tensor)
for wrong in (lambda: empty * 2, lambda: torch.ones(1) * empty):
    try:
        wrong()
    except Exception as error:
        print(type(error).__name__)
del empty
`;
    assert.equal(await printed(source), 'AttributeError\nAttributeError\n');
  });

  it('are recorded where they are called from, whoever calls', async () => {
    const source = `import torch
x = torch.ones(1, requires_grad=True)
def double(t):
    return t * 2
def deep(t, n):
    return double(t) if n == 0 else deep(t, n - 1)
a = double(x)
b = double(x)
for _ in range(2):
    c = deep(x, 1)
d = deep(x, 30)
d = deep(x, 30)
`;
    const stacks = nodeTexts(source, await run(host, source), 'MulBackward0');
    const deep = ['t * 2', 'double(t)', 'deep(t, n - 1)', 'deep(x, 1)'];
    assert.deepEqual(stacks.slice(0, 4), [['t * 2', 'double(x)'], ['t * 2', 'double(x)'], deep, deep]);
    assert.deepEqual(
      stacks.slice(4).map((stack) => [stack.length, ...stack.slice(0, 3)]),
      [0, 1].map(() => [32, 't * 2', 'double(t)', 'deep(t, n - 1)']),
    );
  });

  it('release what a tensor held as soon as it is gone', async () => {
    const source = `import torch
from torch import _bridge
before = _bridge.E.liveHandles()
x = torch.ones(3)
for _ in range(1000):
    x = x * 1.0 + 0.0
del x
print(_bridge.E.liveHandles() - before)
`;
    assert.equal(await printed(source), '0\n');
  });
});
