import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import * as support from './support.ts';

describe('Problems', () => {
  afterEach(support.closeAll);

  it("has program 2's error at the call that raised it, in PyTorch's words", async () => {
    const { document } = await support.openExample('2_non_scalar.py');
    await support.runBackward();
    const [problem, ...others] = support.problems(document.uri);
    assert.equal(others.length, 0);
    assert.match(
      problem?.message ?? '',
      /^RuntimeError: grad can be implicitly created only for scalar outputs\n`y` holds 2 numbers/,
    );
    assert.equal(document.getText(problem?.range), 'y.backward()');
    assert.equal(problem?.severity, vscode.DiagnosticSeverity.Error);
  });

  it("has program 6's second backward at its last line", async () => {
    const { document } = await support.openExample('6_second_backward.py');
    const { trace } = await support.runBackward();
    const [problem] = support.problems(document.uri);
    assert.match(problem?.message ?? '', /^RuntimeError: Trying to backward through the graph a second time/);
    assert.equal(problem?.range.start.line, document.getText().trimEnd().split('\n').length - 1);
    assert.equal(document.getText(problem?.range), 'y.backward(torch.ones(5))');
    assert.equal(trace.passes.filter((pass) => pass.error === null).length, 1);
  });

  it('has a syntax error at its line', async () => {
    const { document } = await support.openUntitled('import torch\nx = = 1\n');
    await support.runBackward();
    const [problem] = support.problems(document.uri);
    assert.match(problem?.message ?? '', /^SyntaxError: invalid syntax/);
    assert.equal(problem?.range.start.line, 1);
  });

  it('names the callers of the line that failed', async () => {
    const { document } = await support.openUntitled(
      'def inner():\n    1 / 0\n\ndef outer():\n    inner()\n\nouter()\n',
    );
    await support.runBackward();
    const [problem] = support.problems(document.uri);
    assert.equal(problem?.message, 'ZeroDivisionError: division by zero');
    assert.equal(document.getText(problem?.range), '1 / 0');
    assert.deepEqual(
      problem?.relatedInformation?.map(({ location }) => location.range.start.line),
      [4, 6],
    );
  });

  it('loses the error when its text changes, moves it with text before it', async () => {
    const editor = await support.openUntitled('a = 1\n1 / 0\n');
    const { document } = editor;
    await support.runBackward();
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '# above\n'));
    assert.equal(document.getText(support.problems(document.uri)[0]?.range), '1 / 0');
    await editor.edit((edit) => edit.insert(new vscode.Position(2, 5), '1'));
    assert.deepEqual(support.problems(document.uri), []);
  });
});

describe('Hover', () => {
  afterEach(support.closeAll);

  it('tells the leaf x: values, and .grad before and after every pass', async () => {
    const { document } = await support.openExample('5_three_passes.py');
    await support.runBackward();
    const text = await support.hoverAt(document, support.positionOf(document, 'x = '));
    assert.match(text, /\*\*x\*\* · float32 \[5\] · requires_grad=True · leaf/);
    assert.match(text, /\[1\., 5\., 6\., 10\., 16\.\]/);
    assert.match(text, /`\[2\., 10\., 12\., 20\., 32\.\]` \| None \| `\[2\., 10\., 12\., 20\., 32\.\]`/);
    assert.match(text, /`\[3\.2000, 12\.0000, 14\.4000, 24\.0000, 41\.6000\]`/);
    assert.match(text, /command:backpass\.revealNode/);
  });

  it('tells y its grad_fn and its upstream gradients, at every occurrence', async () => {
    const { document } = await support.openExample('5_three_passes.py');
    await support.runBackward();
    for (const nth of [0, 1, 2, 3]) {
      const at = support.positionOf(document, nth === 0 ? 'y = ' : 'y.backward', Math.max(0, nth - 1));
      const text = await support.hoverAt(document, at);
      assert.match(text, /\*\*y\*\* .*grad_fn=MulBackward0/);
      assert.match(text, /`\[1\., 1\., 1\., 1\., 1\.\]`/);
      assert.match(text, /`\[0\.5000, 0\.1000, 0\.1000, 0\.1000, 0\.2000\]`/);
    }
  });

  it("tells x.grad's history and the attributes of an object", async () => {
    const { document } = await support.openExample('5_three_passes.py');
    await support.runBackward();
    const grad = support.positionOf(document, 'x.grad').translate(0, 3);
    assert.match(await support.hoverAt(document, grad), /\*\*x\.grad\*\*.*float32 \[5\]/);
    const { document: perceptron } = await support.openExample('7_perceptron.py');
    await support.runBackward();
    const weight = support.positionOf(perceptron, 'self.w1', 1).translate(0, 6);
    assert.match(await support.hoverAt(perceptron, weight), /self\\?\.w1\*\* · float32 \[2, 4\]/);
  });

  it('says when the text has changed since the run, and no longer when it is back', async () => {
    const editor = await support.openExample('1_scalar.py');
    const { document } = editor;
    await support.runBackward();
    const x = () => support.hoverAt(document, support.positionOf(document, 'x = '));
    assert.doesNotMatch(await x(), /changed since the run/);
    const end = document.lineAt(document.lineCount - 1).range.end;
    await editor.edit((edit) => edit.insert(end, '\n# more'));
    assert.match(await x(), /changed since the run/);
    await vscode.commands.executeCommand('undo');
    assert.doesNotMatch(await x(), /changed since the run/);
  });

  it('is silent where no tensor is', async () => {
    const { document } = await support.openExample('1_scalar.py');
    await support.runBackward();
    assert.equal(await support.hoverAt(document, support.positionOf(document, 'import')), '');
  });
});

describe('Output', () => {
  afterEach(support.closeAll);

  it('is what Python prints and nothing else', async () => {
    await support.openUntitled('import sys\nprint("a\\tb")\nprint("c", end="", file=sys.stderr)\n');
    await support.runBackward();
    await vscode.commands.executeCommand('backpass.showOutput');
    const document = await support.until('the channel', () =>
      vscode.workspace.textDocuments.find(({ languageId }) => languageId === 'backpass-output'),
    );
    await support.settles(() => document.getText(), 'a\tb\nc');
  });

  it('links the frames of a traceback to their lines, and those of no file to nothing', async () => {
    const { document: program } = await support.openFile('fails.py', 'import json\njson.loads("{")\n');
    const run = await support.runBackward();
    const document = await vscode.workspace.openTextDocument({
      content: support.printed(run),
      language: 'backpass-output',
    });
    assert.match(document.getText(), /^Traceback .*JSONDecodeError: [^\n]*\n$/s);
    const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>(
      'vscode.executeLinkProvider',
      document.uri,
    );
    assert.deepEqual(
      links.map(({ target }) => `${target?.fsPath}:${target?.fragment}`),
      [`${program.uri.fsPath}:L2`],
    );
  });
});
