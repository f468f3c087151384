/** What the doctor finds, in the Problems panel with its related places, and its fixes applied. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import * as support from './support.ts';

const fixesOf = (document: vscode.TextDocument, range: vscode.Range): Thenable<vscode.CodeAction[]> =>
  vscode.commands.executeCommand('vscode.executeCodeActionProvider', document.uri, range, 'quickfix');

const VECTOR =
  'import torch\nx = torch.tensor([1.0, 2.0], requires_grad=True)\ny = x * x\ny.backward()\nprint(x.grad)\n';
const TWICE =
  'import torch\nx = torch.tensor([1.0, 2.0], requires_grad=True)\ny = (x * x).sum()\ny.backward()\ny.backward()\n';

describe('The doctor', () => {
  afterEach(support.closeAll);

  it('explains the exception that ended the program, with the place of the pass before', async () => {
    const { document } = await support.openUntitled(TWICE);
    await support.runBackward();
    const [problem, ...others] = support.problems(document.uri);
    assert.equal(others.length, 0);
    const { value, target } = problem!.code as { value: string; target: vscode.Uri };
    assert.equal(value, 'BP003');
    assert.match((await vscode.workspace.openTextDocument(target)).getText(), /^# BP003: /);
    assert.match(problem?.message ?? '', /^RuntimeError: Trying to backward.*\nThe pass of line 4 went through/s);
    const related = problem?.relatedInformation?.[0];
    assert.equal(related?.location.range.start.line, 3);
    assert.match(related?.message ?? '', /first pass ran here/);
  });

  for (const [name, text, printed] of [
    ['a sum', VECTOR, 'tensor([2., 4.])\n'],
    ['a retained graph', TWICE, ''],
  ] as const) {
    it(`mends it: ${name}`, async () => {
      const { document } = await support.openUntitled(text);
      await support.runBackward();
      const [problem] = support.problems(document.uri);
      const [fix] = await fixesOf(document, problem!.range);
      assert.ok(fix?.edit, 'a fix is offered');
      await vscode.workspace.applyEdit(fix.edit);
      const run = await support.runBackward();
      assert.equal(run.trace.error, null);
      assert.equal(support.printed(run), printed);
      assert.deepEqual(support.problems(document.uri), []);
    });
  }

  it('offers no fix for a text that has changed since', async () => {
    const editor = await support.openUntitled(VECTOR);
    await support.runBackward();
    const [problem] = support.problems(editor.document.uri);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '# more\n'));
    assert.deepEqual(await fixesOf(editor.document, problem!.range), []);
  });
});
