import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { decodeTrace } from '../../src/trace/codec.ts';
import { backpass, makeFolder, start } from './command.ts';

const folder = makeFolder();
after(() => folder.remove());

let count = 0;
/** Runs a program from its own folder. */
function python(source: string | Uint8Array, ...args: string[]) {
  const name = `p${count++}.py`;
  folder.write(name, source);
  return backpass(['run', name, ...args], folder.path);
}

const X_SQUARED = `import torch
x = torch.tensor([3.0], requires_grad=True)
y = x * x
y.backward()
print(x.grad)
`;

describe('backpass run', () => {
  it('passes output on byte for byte, what is not UTF-8 too', async () => {
    const { code, stdout, stderr } = await python(
      'import sys\nsys.stdout.buffer.write(b"\\x00\\xff\\x80 \\xe2\\x82\\xac\\r\\n")\nprint("é", end="")\nprint("oops", file=sys.stderr)',
    );
    assert.deepEqual(stdout, Buffer.from([0, 0xff, 0x80, 0x20, 0xe2, 0x82, 0xac, 0x0d, 0x0a, 0xc3, 0xa9]));
    assert.deepEqual([code, stderr], [0, 'oops\n']);
  });

  it('passes large output on in full', async () => {
    const { code, stdout } = await python('for i in range(100000): print("0123456789" * 10)');
    assert.deepEqual([code, stdout.length], [0, 10_100_000]);
  });

  it('hands over the arguments', async () => {
    const { stdout } = await python('import sys\nprint(sys.argv[1:])', 'a', '--lr', '3', '--', '--timeout', 'x');
    assert.equal(stdout.toString(), "['a', '--lr', '3', '--timeout', 'x']\n");
  });

  const DESCENT = `import torch
w = torch.tensor([3.0, -4.0, 0.0], requires_grad=True)
b = torch.zeros(2, 2, requires_grad=True)
unused = torch.ones(1, requires_grad=True)
try:
    for step in range(10**9):
        w.grad = None
        loss = (w * w).sum() + b.sum() * 2
        loss.backward()
        w.data *= 0.5
finally:
    print("step", step)
`;

  it('stops a program after so many passes, as sys.exit() would', async () => {
    const { code, stdout, stderr } = await python(DESCENT, '--passes', '3');
    assert.equal(stdout.toString(), 'step 2\n');
    assert.deepEqual(
      [code, stderr],
      [0, 'backpass: the program was stopped: it has run as many passes as it was to\n'],
    );
  });

  it('sums a run up in two tables', async () => {
    const { code, stdout } = await python(DESCENT, '--passes', '3', '--summary');
    const lines = stdout
      .toString()
      .replace(/ +(\d+\.\d|ms)$/gm, ' #')
      .split('\n');
    assert.deepEqual(lines, [
      'step 2',
      'pass  line    root   |grad|  |Δw|/|w| #',
      '   1     9     25.  10.7703    0.5000 #',
      '   2     9  6.2500   9.4340    0.5000 #',
      '   3     9  1.5625  12.2577         - #',
      '',
      'parameter  shape   |grad|  min     max  zeros  nan  |Δw|/|w|',
      'w          [3]     2.5000  -2.  1.5000      1    0    0.5000',
      'b          [2, 2]     12.   6.      6.      0    0         -',
      'unused     [1]       None    -       -      -    -         -',
      '',
    ]);
    assert.equal(code, 0);
  });

  const TRAINING = `import json
import torch
from torch import nn
torch.manual_seed(0)
net = nn.Sequential(nn.Linear(3, 2), nn.Linear(2, 1))
optimizer = torch.optim.Adam(net.parameters(), lr=0.1)
x = torch.randn(4, 3)
rows = []
for step in range(4):
    before = [p.detach().clone() for p in net.parameters()]
    optimizer.zero_grad()
    net(x).pow(2).sum().backward()
    if step != 1:
        optimizer.step()
    rows.append([((p - b).norm() / b.norm()).item() for p, b in zip(net.parameters(), before)])
norms = [torch.cat([p.grad.flatten() for p in layer.parameters()]).norm().item() for layer in net]
print(json.dumps([rows, norms]))
`;

  it('tells of each pass how far its parameters were moved after it, the last one too', async () => {
    const out = join(folder.path, 'moved.json');
    const { stdout } = await python(TRAINING, '--trace', out);
    const [rows] = JSON.parse(stdout.toString()) as [number[][], number[]];
    const trace = decodeTrace(readFileSync(out, 'utf8'));
    assert.equal(trace.passes.length, rows.length);
    for (const [i, { summary }] of trace.passes.entries()) {
      const leaves = [...summary!.leaves].sort((a, b) => a.tensor - b.tensor);
      for (const [k, { ratio }] of leaves.entries()) {
        const expected = rows[i]![k]!;
        if (expected === 0) assert.equal(ratio, null);
        else assert.ok(Math.abs(ratio! / expected - 1) < 1e-5, `${ratio} for ${expected}`);
      }
    }
  });

  it('sums the modules up by the gradients of their own parameters', async () => {
    const { stdout } = await python(TRAINING, '--summary');
    const [, norms] = JSON.parse(stdout.toString().split('\n')[0]!) as [number[][], number[]];
    const found = [...stdout.toString().matchAll(/^net\.[01] +([\d.]+)$/gm)].map(([, norm]) => norm);
    assert.deepEqual(
      found,
      norms.map((norm) => norm.toFixed(4)),
    );
  });

  it('says so where no backward pass ran', async () => {
    const { stdout } = await python('print(1)', '--summary');
    assert.equal(stdout.toString(), '1\nNo backward pass ran.\n');
  });

  it('gives the program the name that it was called by', async () => {
    const { stdout } = await python('import sys\nprint(sys.argv[0], __name__, __file__)');
    assert.match(stdout.toString(), /^p\d+\.py __main__ .*p\d+\.py\n$/);
  });

  it('imports what lies beside the file', async () => {
    folder.write('helper.py', 'answer = 42\n');
    const { stdout } = await python('from helper import answer\nprint(answer)');
    assert.equal(stdout.toString(), '42\n');
  });

  it('reads a file with a byte order mark and Windows line ends', async () => {
    const { code, stdout } = await python(Buffer.from('\ufeffprint("ü")\r\n'));
    assert.deepEqual([code, stdout.toString()], [0, 'ü\n']);
  });

  it('runs PyTorch without PyTorch', async () => {
    const { code, stdout, stderr } = await python(X_SQUARED);
    assert.deepEqual([stderr, stdout.toString(), code], ['', 'tensor([6.])\n', 0]);
  });
});

describe('its exit code', () => {
  const codes: [string, string, number][] = [
    ['is 0 at the end of the program', 'pass', 0],
    ['is that of sys.exit', 'import sys; sys.exit(7)', 7],
    ['is 1 where sys.exit has a message', 'import sys; sys.exit("no")', 1],
    ['is 0 after sys.exit(None)', 'import sys; sys.exit(None)', 0],
    ['is the low byte, as Python has it', 'import sys; sys.exit(-1)', 255],
    ['is 1 after an uncaught exception', 'raise ValueError("no")', 1],
    ['is 1 after a syntax error', 'def', 1],
  ];
  for (const [name, source, expected] of codes) {
    it(name, async () => assert.equal((await python(source)).code, expected));
  }

  it('comes with the traceback, once, on stderr', async () => {
    const { stderr, stdout } = await python('print("before")\nraise ValueError("no")');
    assert.equal(stdout.toString(), 'before\n');
    assert.match(stderr, /^Traceback \(most recent call last\):\n {2}File ".*p\d+\.py", line 2, in <module>\n/);
    assert.equal(stderr.split('ValueError: no').length, 2);
  });

  it('is 124 when the time is up', async () => {
    const { code, stdout, stderr } = await python('print("on", flush=True)\nwhile True: pass', '--timeout', '1.5');
    assert.deepEqual([code, stdout.toString()], [124, 'on\n']);
    assert.match(stderr, /time was up/);
  });

  it('is 130 on Ctrl-C', async () => {
    folder.write('loop.py', 'print("on", flush=True)\nwhile True: pass');
    const { child, ended } = start(['run', 'loop.py'], folder.path);
    await Promise.race([once(child.stdout!, 'data'), ended]);
    child.kill('SIGINT');
    assert.equal((await ended).code, 130);
  });

  it('tells of a closed pipe in silence', async () => {
    folder.write('yes.py', 'while True: print("y" * 1000)');
    const { child, ended } = start(['run', 'yes.py'], folder.path);
    await Promise.race([once(child.stdout!, 'data'), ended]);
    child.stdout!.destroy();
    const { code, stderr } = await ended;
    assert.deepEqual([code, stderr], [141, '']);
  });
});

describe('wrong usage', () => {
  const refuses = async (args: string[], message: RegExp) => {
    const { code, stdout, stderr } = await backpass(args, folder.path);
    assert.deepEqual([code, stdout.length], [2, 0]);
    assert.match(stderr, message);
  };

  it('is told on stderr with the usage, and exits with 2', async () => {
    await refuses([], /^backpass: what to do\?\n\nUsage: /);
    await refuses(['run'], /which FILE/);
    await refuses(['run', '--fast', 'x.py'], /no option '--fast'/);
  });

  it('is a file that is missing, a folder, no Python file, or no UTF-8', async () => {
    folder.write('notes.txt', 'print(1)');
    folder.write('latin.py', Buffer.from('print("\xe9")', 'latin1'));
    await refuses(['run', 'missing.py'], /missing\.py: there is no such file/);
    await refuses(['run', 'notes.txt'], /not a Python file/);
    await refuses(['run', 'latin.py'], /not UTF-8/);
  });

  it('is a trace that cannot be written, told before the program runs', async () => {
    folder.write('says.py', 'print("ran")');
    await refuses(
      ['run', 'says.py', '--trace', 'no/such/folder.json'],
      /folder\.json: there is no such file or folder/,
    );
  });

  it('is not asking for help', async () => {
    const { code, stdout, stderr } = await backpass(['--help'], folder.path);
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout.toString(), /^Usage: backpass run/);
    assert.match((await backpass(['--version'], folder.path)).stdout.toString(), /^backpass \d+\.\d+\.\d+\n$/);
  });
});

describe('--trace', () => {
  const traceOf = (name: string) => decodeTrace(readFileSync(join(folder.path, name), 'utf8'));

  it('writes what autograd did', async () => {
    const { code } = await python(X_SQUARED, '--trace', 'square.json', 'arg');
    assert.equal(code, 0);
    const trace = traceOf('square.json');
    assert.equal(trace.runtime.kind, 'embedded');
    assert.deepEqual(trace.argv.slice(1), ['arg']);
    assert.deepEqual(
      trace.nodes.map(({ name }) => name),
      ['AccumulateGrad', 'MulBackward0'],
    );
    assert.deepEqual(
      trace.passes[0]!.steps[0]!.gradInputs.map((value) => value!.data),
      [[3], [3]],
    );
    assert.deepEqual(trace.tensors.find(({ name }) => name === 'x')!.grad!.data, [6]);
    assert.equal(trace.passes[0]!.source!.line, 4);
    assert.equal(trace.output.map(({ text }) => text).join(''), 'tensor([6.])\n');
    assert.equal(trace.error, null);
  });

  it('writes it also when the program fails', async () => {
    const { code } = await python(`${X_SQUARED}y.backward()\n`, '--trace', 'failed.json');
    assert.equal(code, 1);
    const trace = traceOf('failed.json');
    assert.equal(trace.passes.length, 2);
    assert.equal(trace.error!.type, 'RuntimeError');
    assert.equal(trace.error!.frames.at(-1)!.source.line, 6);
    assert.equal(trace.nodes.find(({ id }) => id === trace.error!.node)!.name, 'MulBackward0');
  });

  it('writes it also when the time is up', async () => {
    const { code } = await python(`${X_SQUARED}while True: pass\n`, '--trace', 'late.json', '--timeout', '1');
    assert.equal(code, 124);
    assert.equal(traceOf('late.json').passes.length, 1);
  });

  it('is not written unless asked for', async () => {
    await python(X_SQUARED);
    assert.equal(existsSync(join(folder.path, 'trace.json')), false);
  });
});
