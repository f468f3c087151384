import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { FILE, run, startHost, textOf } from './run-python.ts';

describe('an exception that the program does not catch', () => {
  const host = startHost();
  after(() => host.dispose());
  const fail = async (source: string) => {
    const outcome = await run(host, source);
    return { ...outcome, error: outcome.error! };
  };

  it('is told with type, message and the frames of the program', async () => {
    const source = 'def f(n):\n    return 1 / n\nprint(f(1) + f(0))';
    const { error } = await fail(source);
    assert.equal(error.type, 'ZeroDivisionError');
    assert.equal(error.message, 'division by zero');
    assert.deepEqual(
      error.frames.map((frame) => frame.name),
      ['<module>', 'f'],
    );
    assert.deepEqual(
      error.frames.map((frame) => textOf(source, frame.source)),
      ['f(0)', '1 / n'],
    );
    assert.equal(error.frames[0]!.source.file, FILE);
  });
  it('has no frames of torch in its traceback', async () => {
    const source = 'import torch\nx = torch.ones(2, requires_grad=True)\n(x * x).backward()';
    const { error, stderr } = await fail(source);
    assert.equal(error.message, 'grad can be implicitly created only for scalar outputs');
    assert.equal(
      stderr,
      `Traceback (most recent call last):\n  File "${FILE}", line 3, in <module>\n    (x * x).backward()\n` +
        '    ~~~~~~~~~~~~~~~~^^\nRuntimeError: grad can be implicitly created only for scalar outputs\n',
    );
    assert.equal(error.traceback, stderr);
  });
  it('marks the backward function that failed', async () => {
    const source = 'import torch\nx = torch.ones(2, requires_grad=True)\ny = (x * x).sum()\ny.backward()\ny.backward()';
    const { error, events } = await fail(source);
    const node = events.find((event) => event.kind === 'node' && event.id === error.node);
    assert.equal(node?.kind === 'node' && node.name, 'MulBackward0');
  });
  it('gives the range of a syntax error in UTF-16 units', async () => {
    const source = 'x = 1\n变量 = "😀" + )\n';
    const { error, stderr } = await fail(source);
    assert.equal(error.type, 'SyntaxError');
    assert.equal(textOf(source, error.frames[0]!.source), ')');
    assert.match(stderr, /^ {2}File "\/project\/main.py", line 2\n {4}变量 = "😀" \+ \)\n/);
  });
  it('tells of chained exceptions', async () => {
    const { stderr } = await fail('try:\n    {}["k"]\nexcept KeyError as e:\n    raise ValueError("bad") from e');
    assert.match(stderr, /KeyError: 'k'\n\nThe above exception was the direct cause of the following exception:\n/);
  });
  it('says what to do about a module that is not bundled', async () => {
    const { error, stderr } = await fail('import numpy as np');
    assert.equal(error.type, 'ModuleNotFoundError');
    assert.equal(error.message, "No module named 'numpy'");
    assert.match(error.notes.join(), /^'numpy' is not bundled with Backpass.* Compute with torch instead/);
    assert.match(stderr, /ModuleNotFoundError: No module named 'numpy'\n'numpy' is not bundled with Backpass/);
  });
  it('names what the engine does not have, at the line that asks for it', async () => {
    const source = 'import torch\ntorch.quantize_per_tensor(torch.ones(2))';
    const { error } = await fail(source);
    assert.match(error.message, /^torch\.quantize_per_tensor is not supported by the embedded engine yet/);
    assert.equal(textOf(source, error.frames[0]!.source), 'torch.quantize_per_tensor');
  });
  it('is told although the program broke what the runner uses', async () => {
    const source = `import json, builtins, sys, traceback, linecache
json.dumps = json.loads = None
traceback.TracebackException = None
builtins.isinstance = builtins.str = builtins.len = builtins.print = None
sys.stdout = sys.stderr = None
1 / 0`;
    const { error, stderr } = await fail(source);
    assert.equal(error.type, 'ZeroDivisionError');
    assert.match(stderr, /ZeroDivisionError: division by zero\n$/);
  });
  it('is SystemExit: no error, but its message and its code', async () => {
    const { error, stderr } = await run(host, 'import sys\nsys.exit("stop here")');
    assert.equal(error, null);
    assert.equal(stderr, 'stop here\n');
  });
  it('leaves the events up to it complete', async () => {
    const { events } = await run(host, 'import torch\nx = torch.ones(1)\nraise RuntimeError("late")');
    assert.ok(events.some((event) => event.kind === 'bind' && event.name === 'x'));
  });
});
