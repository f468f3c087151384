import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { makeHost, runProgram } from './run-program.ts';

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

  it('survives a death of the interpreter by recursion in C', async () => {
    const { end } = await runProgram(host, 'x = []\nfor _ in range(200_000): x = [x]\nprint(len(repr(x)))');
    if (end.kind === 'crashed') {
      assert.match(end.message, /nested/);
      assert.equal(end.ours, false);
    } else assert.equal(end.kind, 'exit');
    await stillRuns();
  });

  it('has its logs free of interpreter source', async () => {
    const { end } = await runProgram(
      host,
      'import ast\nast.parse("(" * 150 + ")" * 150)\nx = ()\nfor _ in range(10**6): x = (x,)\ndel x',
    );
    if (end.kind === 'crashed') assert.ok(end.message.length < 500);
    await stillRuns();
  });
});
