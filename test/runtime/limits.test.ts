import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { createHost } from '../../src/runtime/host.ts';
import { distDir, makeHost, runProgram } from './run-program.ts';

describe('the limits of a run', () => {
  const host = makeHost();
  after(() => host.dispose());

  async function stillRuns() {
    assert.equal((await runProgram(host, 'print("next")')).stdout, 'next\n');
  }

  it('answers too much memory with a MemoryError, after which the program goes on', async () => {
    const { stdout } = await runProgram(
      host,
      'try:\n    x = [0] * 10**9\nexcept MemoryError as error:\n    print("caught", type(error).__name__)\nprint(sum([1] * 10))',
    );
    assert.equal(stdout, 'caught MemoryError\n10\n');
  });

  // 8 MB are 80 such tensors; what the worker itself released since its start counts for the program.
  it('counts only the tensors that are alive towards their limit', async () => {
    const { stdout } = await runProgram(
      host,
      [
        'import torch',
        'x = torch.ones(25_000)',
        'for i in range(300): y = x * 2',
        'print("loop done")',
        'kept = []',
        'try:',
        '    for i in range(300): kept.append(x * 2)',
        'except RuntimeError as error:',
        '    print("DefaultCPUAllocator" in str(error), 60 < len(kept) < 200)',
        'kept = None',
        'print((x * 2).shape)',
      ].join('\n'),
      { tensorLimit: 8_000_000 },
    );
    assert.equal(stdout, 'loop done\nTrue True\ntorch.Size([25000])\n');
    await stillRuns();
  });

  it('stops a program at the output limit and says so', async () => {
    const { end, stdout } = await runProgram(host, 'while True: print("y" * 99)', { outputLimit: 20_000 });
    assert.equal(end.kind === 'exit' && end.limit, 'output');
    assert.equal(stdout.length, 20_000);
    await stillRuns();
  });

  it('stops at the output limit even when the interrupt is swallowed', async () => {
    const { end } = await runProgram(
      host,
      'while True:\n    try:\n        while True: print("y" * 99)\n    except BaseException: pass',
      { outputLimit: 20_000 },
    );
    assert.equal(end.kind === 'exit' && end.limit, 'output');
  });

  it('answers endless recursion with a RecursionError', async () => {
    const { end, stderr } = await runProgram(host, 'def f(n):\n    return f(n + 1)\nf(0)');
    assert.equal(end.kind === 'exit' && end.code, 1, JSON.stringify(end));
    assert.match(stderr, /RecursionError: maximum recursion depth exceeded/);
  });

  it('keeps the recursion limit within what the stack bears', async () => {
    const { end, stderr } = await runProgram(
      host,
      'import sys\nsys.setrecursionlimit(10**6)\ndef f(n):\n    return f(n + 1)\nf(0)',
    );
    assert.equal(end.kind === 'exit' && end.code, 1, JSON.stringify(end));
    assert.match(stderr, /RecursionError/);
  });

  it('bears a thousand levels of comprehension, sort key and repr calls', async () => {
    const { stdout, stderr } = await runProgram(
      host,
      'def f(n):\n    return 0 if n == 0 else max([1], key=lambda x: f(n - 1)) + f(0)\nprint(f(200))\nclass A:\n    def __init__(s, n): s.n = n\n    def __repr__(s): return "." if s.n == 0 else repr(A(s.n - 1))\nprint(repr(A(200)))',
    );
    assert.equal(stdout, '1\n.\n', stderr);
  });

  it('releases and prints structures that are nested a hundred thousand deep', async () => {
    const { stdout, end } = await runProgram(
      host,
      'x = []\nfor _ in range(100_000): x = [x]\nprint(len(repr(x)))\nclass A: pass\na = None\nfor _ in range(10**6):\n    b = A(); b.next = a; a = b\ndel a, b\nprint("released")',
    );
    assert.equal(stdout, '200002\nreleased\n', JSON.stringify(end));
  });

  it('says so when the interpreter dies of recursion in C, and runs the next program', async () => {
    const { end, stdout, stderr } = await runProgram(
      host,
      'x = ()\nfor _ in range(6_000_000): x = (x,)\ndel x\nprint("released")',
    );
    assert.equal(stdout + stderr, '');
    assert.equal(end.kind, 'crashed');
    assert.match(end.kind === 'crashed' ? end.message : '', /nested.* at line 3 of \/project\/main.py/);
    assert.equal(end.kind === 'crashed' && end.ours, false);
    await stillRuns();
  });

  it('keeps the source of the interpreter out of its log', async () => {
    const lines: string[] = [];
    const logged = createHost({ distDir, log: (line) => lines.push(line) });
    await runProgram(logged, 'x = ()\nfor _ in range(6_000_000): x = (x,)\ndel x');
    await logged.dispose();
    assert.ok(lines.join('\n').length < 5000, `${lines.join('\n').length} characters`);
  });
});
