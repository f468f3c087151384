import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import * as support from './support.ts';

describe('The panel', () => {
  afterEach(support.closeAll);

  it('paints the run that was asked for', async () => {
    const api = await support.backpass();
    const painted: number[] = [];
    const listening = api.onDidPaint(({ serial }) => painted.push(serial));
    await support.openExample('5_three_passes.py');
    const { serial } = await support.runBackward();
    await support.until('the paint', () => painted.includes(serial));
    listening.dispose();
  });

  it('opens again with the last run', async () => {
    const api = await support.backpass();
    await support.openExample('1_scalar.py');
    const { serial } = await support.runBackward();
    await vscode.commands.executeCommand('workbench.action.closeEditorsInOtherGroups');
    const painted: number[] = [];
    const listening = api.onDidPaint((paint) => painted.push(paint.serial));
    await vscode.commands.executeCommand('backpass.showGraph');
    await support.until('the paint', () => painted.includes(serial));
    listening.dispose();
    assert.ok(api.lastTrace());
  });
});
