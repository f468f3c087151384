import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { bindings, run, startHost, textOf } from './run-python.ts';

const START = 'import torch\nx = torch.tensor([1.0, 2.0], requires_grad=True)\n';

describe('the names of tensors', () => {
  const host = startHost();
  after(() => host.dispose());
  const named = async (text: string) => bindings(await run(host, START + text)).slice(1);

  it('are what is assigned to, with the place of the target', async () => {
    const source = `${START}a, (b, c) = x, (x + 1, x + 2)\n`;
    const outcome = await run(host, source);
    const binds = outcome.events.filter((event) => event.kind === 'bind');
    const told = binds.map((event) => [event.name, textOf(source, outcome.sites.get(event.site)!)]);
    assert.deepEqual(told, [
      ['x', 'x'],
      ['a', 'a'],
      ['b', 'b'],
      ['c', 'c'],
    ]);
  });
  it('are attributes and items, by their path', async () => {
    const text = `class C: pass
o = C(); o.inner = C(); o.inner.w = x
d = {}; d['w'] = x
p = [None] * 2
i = 1
p[i] = x
p[-1] = x`;
    assert.deepEqual(await named(text), ['o.inner.w', "d['w']", 'p[1]', 'p[-1]']);
  });
  it('are elements of lists, tuples and dicts', async () => {
    assert.deepEqual(await named('a = [x, 1]\nb = (x,)\nc = {"k": x, 2: x}'), ['a[0]', 'b[0]', "c['k']", 'c[2]']);
  });
  it('are loop, with and comprehension variables, and walrus targets', async () => {
    const text = `import contextlib
for v in [x]: pass
with contextlib.nullcontext(x) as w: pass
n = [u.sum().item() for u in (x,)]
if (m := x).is_leaf: pass`;
    assert.deepEqual(await named(text), ['v', 'w', 'u', 'm']);
  });
  it('are arguments, in the scope of their function', async () => {
    const text = 'class Net:\n    def f(self, v, *r, k=None):\n        y = v + 1\nNet().f(x, k=x)';
    assert.deepEqual(await named(text), ['v@Net.f', 'k@Net.f', 'y@Net.f']);
  });
  it('are found in functions, closures and globals', async () => {
    const text = `def f():
    global g
    g = x
    n = x
    def inner():
        nonlocal n
        n = x
    inner()
f()`;
    assert.deepEqual(await named(text), ['g@f', 'n@f', 'n@f.<locals>.inner']);
  });
  it('are looked for without running the program’s own code', async () => {
    const text = `class C:
    @property
    def w(self): print("property ran"); return x
    @w.setter
    def w(self, value): pass
    def __getattr__(self, name): print("getattr ran"); raise AttributeError
class D(dict):
    def __getitem__(self, key): print("getitem ran")
C().w = x
o = C(); o.w = x
d = D(); d["k"] = x`;
    assert.equal((await run(host, START + text)).stdout, '');
  });
  it('do not show: locals(), tracebacks and the exit are Python’s own', async () => {
    const text = 'def f(a):\n    b = 1\n    print(sorted(locals()))\n    raise KeyError(b)\nf(x)';
    const { stdout, stderr } = await run(host, START + text);
    assert.equal(stdout, "['a', 'b']\n");
    assert.equal(
      stderr,
      'Traceback (most recent call last):\n  File "/project/main.py", line 7, in <module>\n    f(x)\n    ~^^^\n' +
        '  File "/project/main.py", line 6, in f\n    raise KeyError(b)\nKeyError: 1\n',
    );
  });
  it('are told as long as tensors come, and no longer looked for where none does', async () => {
    const names = await named('for i in range(300):\n    v = x + i\n    n = i\n');
    assert.equal(names.length, 300);
  });
});
