/** What is wrong with a program, or looks wrong: a clear message, Python's exit code, and nothing of ours in between. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { backpass, makeFolder } from './command.ts';

const folder = makeFolder();
after(() => folder.remove());

interface Case {
  readonly name: string;
  readonly source: string;
  readonly stdout?: string;
  readonly stderr?: RegExp;
  readonly code: number;
}

const CASES: readonly Case[] = [
  {
    name: 'a syntax error is shown with its line and a mark',
    source: 'import torch\nx = = 1\n',
    stderr: /^ {2}File "[^"]+", line 2\n {4}x = = 1\n {8}\^\nSyntaxError: invalid syntax\n$/,
    code: 1,
  },
  ...['numpy', 'torchvision'].map((module) => ({
    name: `${module} is said not to be bundled, and what to do`,
    source: `import torch\nprint("before")\nimport ${module}\n`,
    stdout: 'before\n',
    stderr: new RegExp(
      `line 3, in <module>\\n.*\\nModuleNotFoundError: No module named '${module}'\\n'${module}' is not bundled .* Compute with torch instead`,
    ),
    code: 1,
  })),
  {
    name: 'a function of torch that is not there is named at its line',
    source: 'import torch\nx = torch.ones(4)\ny = torch.quantize_per_tensor(x)\n',
    stderr:
      /line 3, in <module>\n {4}y = torch\.quantize_per_tensor\(x\)\n[ ~^]+\nAttributeError: torch\.quantize_per_tensor is not supported by the embedded engine yet\. Compose it/,
    code: 1,
  },
  {
    name: 'too much memory is a MemoryError at its line',
    source: 'print("before")\nx = [0]*10**9\n',
    stdout: 'before\n',
    stderr: /line 2, in <module>\n {4}x = \[0\]\*10\*\*9\n[ ~^]+\nMemoryError\n$/,
    code: 1,
  },
  {
    name: 'endless recursion is a RecursionError',
    source: 'def f(n):\n    return f(n + 1)\nf(0)\n',
    stderr: /\[Previous line repeated \d+ more times\]\nRecursionError: maximum recursion depth exceeded/,
    code: 1,
  },
  { name: 'an empty file is a program that does nothing', source: '', code: 0 },
  {
    name: 'a file without a backward pass is run',
    source: 'import torch\nx = torch.ones(2, requires_grad=True)\nprint((x * x).sum())\n',
    stdout: 'tensor(2., grad_fn=<SumBackward0>)\n',
    code: 0,
  },
  {
    name: 'a byte order mark, Windows line ends, tabs and Chinese names are Python',
    source:
      '\ufeffimport torch\r\nif True:\r\n\t权重 = torch.ones(2, requires_grad=True)\r\n\t损失 = (权重 * 2).sum()\r\n损失.backward()\r\nprint(权重.grad)\r\n',
    stdout: 'tensor([2., 2.])\n',
    code: 0,
  },
];

describe('backpass run on bad input:', () => {
  for (const [index, { name, source, stdout = '', stderr = /^$/, code }] of CASES.entries()) {
    it(name, async () => {
      folder.write(`bad${index}.py`, source);
      const ended = await backpass(['run', `bad${index}.py`], folder.path);
      assert.deepEqual([ended.code, ended.stdout.toString()], [code, stdout], ended.stderr);
      assert.match(ended.stderr, stderr);
    });
  }

  it('an infinite loop and endless printing are ended by --timeout', async () => {
    folder.write('loop.py', 'while True: pass\n');
    folder.write('print.py', 'while True: print("y")\n');
    for (const name of ['loop.py', 'print.py']) {
      const { code, stderr } = await backpass(['run', name, '--timeout', '1'], folder.path);
      assert.equal(code, 124);
      assert.match(stderr, /backpass: the program was stopped: its time was up\n$/);
    }
  });
});
