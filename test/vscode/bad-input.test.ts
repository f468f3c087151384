/** What a user gets wrong: a clear message at its place, the text untouched, and the next run sound. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import * as support from './support.ts';

interface Case {
  readonly name: string;
  readonly text: string;
  readonly message: RegExp;
  /** What the diagnostic underlines. */
  readonly at: string;
  /** What was printed before. */
  readonly printed: RegExp;
}

const GRAPH = 'import torch\nx = torch.ones(2, requires_grad=True)\ny = (x * x).sum()\nprint(y.item())\n';

const CASES: readonly Case[] = [
  {
    name: 'a syntax error',
    text: 'import torch\nx = = 1\n',
    message: /^SyntaxError: invalid syntax$/,
    at: '=',
    printed: /^ {2}File .*SyntaxError: invalid syntax\n$/s,
  },
  ...['numpy', 'torchvision'].map((module) => ({
    name: `the module ${module}, which is not bundled`,
    text: `${GRAPH}import ${module} as np\n`,
    message: new RegExp(
      `^ModuleNotFoundError: No module named '${module}'\\n'${module}' is not bundled with Backpass.*Compute with torch instead`,
    ),
    at: `import ${module} as np`,
    printed: /^2\.0\nTraceback/,
  })),
  {
    name: 'a function that torch does not have here',
    text: `${GRAPH}z = torch.quantize_per_tensor(x)\n`,
    message: /^AttributeError: torch\.quantize_per_tensor is not supported by the embedded engine yet\. Compose it/,
    at: 'torch.quantize_per_tensor',
    printed: /^2\.0\nTraceback/,
  },
  {
    name: 'more memory than there is',
    text: `${GRAPH}big = [0]*10**9\n`,
    message: /^MemoryError$/,
    at: '[0]*10**9',
    printed: /^2\.0\nTraceback/,
  },
  {
    name: 'endless recursion',
    text: `${GRAPH}def f(n):\n    return f(n + 1)\nf(0)\n`,
    message: /^RecursionError: maximum recursion depth exceeded/,
    at: 'f(n + 1)',
    printed: /^2\.0\nTraceback/,
  },
];

describe('Bad input', () => {
  afterEach(support.closeAll);

  async function stillRuns(): Promise<void> {
    await support.openUntitled(
      'import torch\nx = torch.ones(1, requires_grad=True)\n(x * 3).backward()\nprint(x.grad)\n',
    );
    const next = await support.runBackward();
    assert.equal(support.printed(next), 'tensor([3.])\n');
    assert.equal(next.trace.passes.length, 1);
  }

  for (const { name, text, message, at, printed } of CASES) {
    it(`is told at its place: ${name}`, async () => {
      const { document } = await support.openUntitled(text);
      const run = await support.runBackward();
      const [problem, ...others] = support.problems(document.uri);
      assert.equal(others.length, 0);
      assert.match(problem?.message ?? '', message);
      assert.equal(document.getText(problem?.range), at);
      assert.match(support.printed(run), printed);
      assert.equal(document.getText(), text);
      // The graph up to the failure is there.
      assert.equal(run.trace.nodes.length, text.startsWith(GRAPH) ? 3 : 0);
      await stillRuns();
    });
  }

  it('is ended: endless printing', async () => {
    await support.openUntitled('while True: print("y" * 99)\n');
    const { end, trace } = await support.runBackward();
    assert.equal(end.kind === 'exit' && end.limit, 'output');
    assert.ok(trace.output.length > 0);
    await stillRuns();
  });

  it('is shown as far as it goes: a file without any backward', async () => {
    const { document } = await support.openUntitled(GRAPH);
    const { trace } = await support.runBackward();
    assert.deepEqual([trace.passes.length, trace.nodes.length, trace.error], [0, 3, null]);
    assert.deepEqual(support.problems(document.uri), []);
    const y = await support.hoverAt(document, support.positionOf(document, 'y = '));
    assert.match(y, /grad_fn=SumBackward0.*No pass reached it\./s);
    await stillRuns();
  });

  it('is none: a byte order mark, Windows line ends, tabs and Chinese names', async () => {
    const text =
      '\ufeffimport torch\r\nif True:\r\n\t权重 = torch.ones(2, requires_grad=True)\r\n\t损失 = (权重 * 权重)\r\n损失.backward()\r\n';
    const { document } = await support.openFile('错误.py', text);
    const { trace } = await support.runBackward();
    const [problem] = support.problems(document.uri);
    assert.match(problem?.message ?? '', /^RuntimeError: grad can be implicitly created only for scalar outputs/);
    assert.equal(document.getText(problem?.range), '损失.backward()');
    const node = trace.nodes.find(({ name }) => name === 'MulBackward0');
    assert.deepEqual(
      [node?.source?.line, node?.source?.column, node?.source?.endColumn],
      [4, 7, 14],
      JSON.stringify(node?.source),
    );
    assert.match(
      await support.hoverAt(document, support.positionOf(document, '权重', 1)),
      /\*\*权重\*\* · float32 \[2\]/,
    );
    assert.equal(document.eol, vscode.EndOfLine.CRLF);
    await stillRuns();
  });
});
