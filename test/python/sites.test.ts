import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { FILE, nodeTexts, run, startHost, textOf } from './run-python.ts';

const START = 'import torch\nx = torch.tensor([1.0, 2.0], requires_grad=True)\n';

describe('the place of a call in the text', () => {
  const host = startHost();
  after(() => host.dispose());
  const mulTexts = async (text: string) => {
    const source = START + text;
    return nodeTexts(source, await run(host, source), 'MulBackward0');
  };

  it('is the operation, not the line', async () => {
    assert.deepEqual(await mulTexts('y = 1 + (x * 2) + (x * 3)'), [['x * 2'], ['x * 3']]);
  });
  it('is each link of a chain of calls', async () => {
    assert.deepEqual(await mulTexts('y = x.mul(2).mul(3)'), [['x.mul(2)'], ['x.mul(2).mul(3)']]);
  });
  it('spans lines', async () => {
    assert.deepEqual(await mulTexts('y = torch.mul(\n    x,\n    2,\n)'), [['torch.mul(|    x,|    2,|)']]);
  });
  it('counts UTF-16 units where names are Chinese and strings have emoji', async () => {
    assert.deepEqual(await mulTexts('输入 = x\n结果 = ("😀", 输入 * 输入)'), [['输入 * 输入']]);
  });
  it('counts a tab as one column', async () => {
    assert.deepEqual(await mulTexts('if True:\n\ty = x * 2'), [['x * 2']]);
  });
  it('is right in a file with CRLF line ends', async () => {
    assert.deepEqual(await mulTexts('\r\ny = x * 2\r\nz = 1\r\n'), [['x * 2']]);
  });
  it('is found in lambdas, f-strings, augmented assignments and comprehensions', async () => {
    assert.deepEqual(await mulTexts('f = lambda v: v * 2\nf(x)'), [['v * 2', 'f(x)']]);
    assert.deepEqual(await mulTexts('f"{x * 2}"'), [['x * 2']]);
    assert.deepEqual(await mulTexts('y = x + 1\ny *= 2'), [['y *= 2']]);
    assert.deepEqual(await mulTexts('[v * 2 for v in [x]]'), [['v * 2']]);
  });
  it('comes with the callers, innermost first', async () => {
    const text = 'def inner(v):\n    return v * 2\ndef outer(v):\n    return inner(v)\ny = outer(x)';
    assert.deepEqual(await mulTexts(text), [['v * 2', 'inner(v)', 'outer(x)']]);
  });
  it('is the call that reached a library, when one is in between', async () => {
    const text = 'import functools, operator\ny = functools.reduce(operator.mul, [x, x])';
    assert.deepEqual(await mulTexts(text), [['functools.reduce(operator.mul, [x, x])']]);
  });
  it('is told of a pass', async () => {
    const source = `${START}y = x.sum()\ny.backward()`;
    const { events, sites } = await run(host, source);
    const pass = events.find((event) => event.kind === 'pass')!;
    assert.equal(textOf(source, sites.get(pass.site!)!), 'y.backward()');
    assert.equal(sites.get(pass.site!)!.file, FILE);
  });
  it('is told of what is printed', async () => {
    const source = 'import sys\nprint(1)\nsys.stderr.write("2")\n';
    const { events, sites } = await run(host, source);
    const texts = events.flatMap((event) => (event.kind === 'output' ? [textOf(source, sites.get(event.site!)!)] : []));
    assert.deepEqual(texts, ['print(1)', 'sys.stderr.write("2")']);
  });
});
