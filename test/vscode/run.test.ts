import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import * as support from './support.ts';

describe('Run Backward', () => {
  afterEach(support.closeAll);

  it('records the three passes of program 5 with the numbers of PyTorch', async () => {
    await support.openExample('5_three_passes.py');
    const { trace, end } = await support.runBackward();
    assert.deepEqual({ kind: end.kind, passes: trace.passes.length }, { kind: 'exit', passes: 3 });
    const after = trace.passes.map((pass) => pass.accumulations[0]?.after);
    support.closeTo(after[0], [2, 10, 12, 20, 32]);
    support.closeTo(after[1], [2.2, 11, 13.2, 22, 35.2]);
    support.closeTo(after[2], [3.2, 12, 14.4, 24, 41.6]);
    assert.equal(trace.passes[0]?.accumulations[0]?.before, null);
    support.closeTo(trace.passes[2]?.accumulations[0]?.incoming, [1, 1, 1.2, 2, 6.4]);
  });

  it('runs what the editor shows, not what is on disk', async () => {
    // In the browser VS Code saves after a second, which may be before the run is over.
    await vscode.workspace.getConfiguration('files').update('autoSave', 'off', vscode.ConfigurationTarget.Global);
    const editor = await support.openFile('draft.py', 'print("saved")\n');
    const whole = new vscode.Range(0, 0, 1, 0);
    await editor.edit((edit) => edit.replace(whole, 'print("unsaved")\n'));
    assert.equal(support.printed(await support.runBackward()), 'unsaved\n');
    await support.until('an unsaved document', () => editor.document.isDirty);
  });

  it('runs an untitled document', async () => {
    await support.openUntitled(
      'import torch\nx = torch.ones(2, requires_grad=True)\n(x * 3).sum().backward()\nprint(x.grad)\n',
    );
    assert.equal(support.printed(await support.runBackward()), 'tensor([3., 3.])\n');
  });

  it('runs a file with a BOM, CRLF and Chinese names, and hovers find the names', async () => {
    const text =
      '\ufeffimport torch\r\n权重 = torch.ones(2, requires_grad=True)\r\n损失 = (权重 * 2).sum()\r\n损失.backward()\r\n';
    const { document } = await support.openFile('汉字.py', text);
    const { trace } = await support.runBackward();
    assert.equal(trace.error, null);
    assert.ok(trace.tensors.some((tensor) => tensor.name === '权重'));
    assert.match(
      await support.hoverAt(document, support.positionOf(document, '权重', 1)),
      /权重.*requires\\?_grad=True/,
    );
  });

  it('runs in a folder whose name has spaces and is not ASCII, with a module beside the file', async () => {
    const editor = await support.openFile('my files é/主 程序.py', 'import helper\nprint(helper.value, __file__)\n');
    const beside = vscode.Uri.joinPath(editor.document.uri, '..', 'helper.py');
    await vscode.workspace.fs.writeFile(beside, new TextEncoder().encode('value = 7\n'));
    assert.equal(support.printed(await support.runBackward()), `7 ${editor.document.uri.fsPath}\n`);
  });

  it('runs nothing where there is nothing to run', async () => {
    const { onDidRun } = await support.backpass();
    let runs = 0;
    const counting = onDidRun(() => runs++);
    await support.openUntitled('let x = 1;', 'javascript');
    assert.equal(await support.startBackward(), undefined);
    await support.openUntitled('  \n');
    assert.equal(await support.startBackward(), undefined);
    await support.closeAll();
    assert.equal(await support.startBackward(), undefined);
    counting.dispose();
    assert.equal(runs, 0);
  });

  it('leaves the focus in the editor', async () => {
    const editor = await support.openExample('1_scalar.py');
    await support.runBackward();
    assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), editor.document.uri.toString());
    const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs.map((tab) => tab.label));
    await support.until("the panel's tab", () => tabs().includes('Backpass'));
    await vscode.commands.executeCommand('type', { text: '#' });
    assert.ok(editor.document.getText().includes('#'));
    await vscode.commands.executeCommand('undo');
  });

  it('says that the interpreter has no numpy, by its name', async () => {
    await support.openUntitled('import numpy\n');
    const { trace } = await support.runBackward();
    assert.equal(trace.error?.type, 'ModuleNotFoundError');
    assert.match(trace.error?.message ?? '', /numpy/);
  });
});

describe('The keybinding', () => {
  afterEach(support.closeAll);

  it("takes a key from nothing of VS Code's own", async () => {
    await vscode.commands.executeCommand('workbench.action.openDefaultKeybindingsFile');
    const text = await support.until('the default keybindings', () => {
      const all = vscode.window.activeTextEditor?.document.getText() ?? '';
      return all.includes('"command"') && all;
    });
    const bindings = [...text.matchAll(/"key": "([^"]+)",\s*"command": "([^"]+)"/g)].map(([, key, command]) => ({
      key: key ?? '',
      command: command ?? '',
    }));
    assert.ok(bindings.length > 500, `${bindings.length} keybindings`);
    const ours = bindings.filter(({ command }) => command === 'backpass.runBackward').map(({ key }) => key);
    assert.equal(ours.length, 1);
    const [key = ''] = ours;
    // A chord that begins with it would wait for its second half.
    const others = bindings.filter(({ key: other }) => other === key || other.startsWith(`${key} `));
    assert.deepEqual(
      others.map(({ command }) => command),
      ['backpass.runBackward'],
    );
  });
});

describe('Cancel', () => {
  afterEach(support.closeAll);

  it('stops an endless program within a second, and the next run is sound', async () => {
    const api = await support.backpass();
    await support.openUntitled('print("begun", flush=True)\nwhile True: pass\n');
    const run = support.startBackward();
    await support.until('the run', () => api.isRunning());
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const asked = Date.now();
    await vscode.commands.executeCommand('backpass.cancel');
    assert.equal((await run)?.end.kind, 'cancelled');
    assert.ok(Date.now() - asked < 1000, `${Date.now() - asked} ms`);
    await support.openUntitled('print("next")\n');
    assert.equal(support.printed(await support.runBackward()), 'next\n');
  });

  it('happens to a run when another one starts', async () => {
    const api = await support.backpass();
    await support.openUntitled('while True: pass\n');
    const first = support.startBackward();
    await support.until('the run', () => api.isRunning());
    await support.openUntitled('print(1)\n');
    const second = await support.runBackward();
    assert.equal((await first)?.end.kind, 'cancelled');
    assert.equal(support.printed(second), '1\n');
    assert.equal(api.isRunning(), false);
  });
});
