import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { makeHost, runProgram } from './run-program.ts';

describe('running a program', () => {
  const host = makeHost();
  after(() => host.dispose());

  it('delivers stdout and stderr in the order in which they were written', async () => {
    const { order } = await runProgram(
      host,
      `import sys
print("a", 1)
print("b", file=sys.stderr)
sys.stdout.write("c")
sys.stderr.write("d")
print("e", end="")`,
    );
    assert.deepEqual(order, ['out:a 1\n', 'err:b\n', 'out:c', 'err:d', 'out:e']);
  });

  it('exits with 0 after a program that ends', async () => {
    assert.deepEqual((await runProgram(host, 'x = 1')).end, { kind: 'exit', code: 0, limit: null, files: [] });
  });

  it('exits with 1 and a traceback after an exception', async () => {
    const { end, stderr } = await runProgram(host, 'def f():\n    return 1 / 0\nf()\n');
    assert.deepEqual(end, { kind: 'exit', code: 1, limit: null, files: [] });
    assert.match(stderr, /Traceback \(most recent call last\):\n {2}File "\/project\/main.py", line 3/);
    assert.match(stderr, /ZeroDivisionError: division by zero\n$/);
    assert.doesNotMatch(stderr, /_backpass|pyodide/);
  });

  it('exits with the code of sys.exit', async () => {
    assert.deepEqual((await runProgram(host, 'import sys; sys.exit(3)')).end, {
      kind: 'exit',
      code: 3,
      limit: null,
      files: [],
    });
  });

  it('prints the message of sys.exit and exits with 1', async () => {
    const { end, stderr } = await runProgram(host, 'import sys; sys.exit("no data")');
    assert.equal(stderr, 'no data\n');
    assert.equal(end.kind === 'exit' && end.code, 1);
  });

  it('reports a syntax error with exit code 1', async () => {
    const { end, stderr } = await runProgram(host, 'x = = 1\n');
    assert.equal(end.kind === 'exit' && end.code, 1);
    assert.match(stderr, /SyntaxError: invalid syntax/);
  });

  it('runs source with CRLF, a byte order mark and Chinese text', async () => {
    const { stdout, end } = await runProgram(
      host,
      '\ufeff# 注释\r\n名字 = "梯度"\r\nif True:\r\n    print(名字, "𝛁")\r\n',
    );
    assert.equal(stdout, '梯度 𝛁\n');
    assert.equal(end.kind === 'exit' && end.code, 0);
  });

  it('passes argv and the file name', async () => {
    const { stdout } = await runProgram(host, 'import sys; print(sys.argv, __file__, __name__)', {
      argv: ['main.py', '--lr', '0.1'],
    });
    assert.equal(stdout, "['main.py', '--lr', '0.1'] /project/main.py __main__\n");
  });

  it('decodes bytes on file descriptors, and escapes invalid ones', async () => {
    const { stdout } = await runProgram(
      host,
      'import os\nfor b in "é梯".encode(): os.write(1, bytes([b]))\nos.write(1, b"\\xff!")',
    );
    assert.equal(stdout, 'é梯\udcff!');
  });

  it('gives input() an end of file', async () => {
    assert.match((await runProgram(host, 'input("name? ")')).stderr, /EOFError/);
  });

  it('starts each run fresh', async () => {
    await runProgram(host, 'import math, builtins\nmath.pi = 3\nbuiltins.leak = 1');
    const { stdout } = await runProgram(host, 'import math\nprint(math.pi > 3, "leak" in dir(__builtins__))');
    assert.equal(stdout, 'True False\n');
  });

  it('seeds random anew in each run, although each starts from one snapshot', async () => {
    const first = await runProgram(host, 'import random; print(random.random())');
    const second = await runProgram(host, 'import random; print(random.random())');
    assert.notEqual(first.stdout, second.stdout);
  });

  it('runs asyncio programs', async () => {
    const { stdout, stderr } = await runProgram(
      host,
      'import asyncio\nasync def f():\n    await asyncio.sleep(0.01)\n    return 4\nprint(asyncio.run(f()))',
    );
    assert.equal(stdout, '4\n', stderr);
  });

  it('runs two programs at once', async () => {
    const both = await Promise.all([runProgram(host, 'print(1)'), runProgram(host, 'print(2)')]);
    assert.deepEqual(
      both.map((outcome) => outcome.stdout),
      ['1\n', '2\n'],
    );
  });
});

describe('the snapshot', () => {
  it('starts a run with torch imported already', async () => {
    const host = makeHost();
    assert.equal((await host.warm()).snapshot, true);
    const { stdout } = await runProgram(host, 'import sys; print("torch" in sys.modules, "torch.nn" in sys.modules)');
    await host.dispose();
    assert.equal(stdout, 'True True\n');
  });
});
