/** What the suites share: the extension's api, documents, and waiting for what VS Code does in its own time. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { BackpassApi, EndedRun } from '../../src/extension/api.ts';
import type { Value } from '../../src/trace/model.ts';

const ID = 'backpass.backpass';

export async function backpass(): Promise<BackpassApi> {
  const extension = vscode.extensions.getExtension<BackpassApi>(ID);
  assert.ok(extension, `${ID} is not installed`);
  return extension.activate();
}

/** The workspace that the tests run in is a copy of the examples. */
export function examplePath(name: string): string {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder, 'no folder is open');
  return join(folder.uri.fsPath, name);
}

export async function openExample(name: string): Promise<vscode.TextEditor> {
  return show(await vscode.workspace.openTextDocument(examplePath(name)));
}

export async function openUntitled(content: string, language = 'python'): Promise<vscode.TextEditor> {
  const editor = await show(await vscode.workspace.openTextDocument({ content, language }));
  const { document } = editor;
  // VS Code gives the names of closed untitled documents anew, and may bring back what one held that was closed a moment ago.
  if (document.getText() !== content) {
    const whole = new vscode.Range(new vscode.Position(0, 0), document.lineAt(document.lineCount - 1).range.end);
    await editor.edit((edit) => edit.replace(whole, content));
    assert.equal(document.getText(), content);
  }
  return editor;
}

/** Writes a file into a new folder and opens it. */
export async function openFile(name: string, content: string | Buffer): Promise<vscode.TextEditor> {
  const path = join(realpathSync(mkdtempSync(join(tmpdir(), 'backpass-'))), name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return show(await vscode.workspace.openTextDocument(path));
}

async function show(document: vscode.TextDocument): Promise<vscode.TextEditor> {
  const editor = await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.One });
  await until('the editor', () => vscode.window.activeTextEditor?.document === document);
  return editor;
}

/** Runs the active editor to the end of the program. */
export async function runBackward(): Promise<EndedRun> {
  const run = await startBackward();
  assert.ok(run, 'the command ran nothing');
  return run;
}

export async function startBackward(): Promise<EndedRun | undefined> {
  return vscode.commands.executeCommand<EndedRun | undefined>('backpass.runBackward');
}

export function printed(run: EndedRun): string {
  return run.trace.output.map((output) => output.text).join('');
}

/** The n-th occurrence (from 0) of a text. */
export function positionOf(document: vscode.TextDocument, text: string, nth = 0): vscode.Position {
  let offset = -1;
  for (let i = 0; i <= nth; i++) offset = document.getText().indexOf(text, offset + 1);
  assert.notEqual(offset, -1, `${text} is not in the document`);
  return document.positionAt(offset);
}

export async function hoverAt(document: vscode.TextDocument, position: vscode.Position): Promise<string> {
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    document.uri,
    position,
  );
  return hovers
    .flatMap((hover) => hover.contents)
    .map((content) => (typeof content === 'string' ? content : content.value))
    .join('\n');
}

export function problems(uri: vscode.Uri): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter((diagnostic) => diagnostic.source === 'Backpass');
}

export async function until<T>(what: string, probe: () => T | undefined | false, ms = 10_000): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const found = probe();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) assert.fail(`waited ${ms} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Waits until `probe` answers what is expected. */
export async function settles(probe: () => string, expected: string): Promise<void> {
  await until(expected, () => probe() === expected).catch(() => assert.equal(probe(), expected));
}

export function closeTo(value: Value | null | undefined, expected: readonly number[]): void {
  assert.ok(value?.data, 'there is no value');
  const numbers = [value.data].flat(8) as number[];
  assert.equal(numbers.length, expected.length);
  for (const [i, number] of numbers.entries())
    assert.ok(Math.abs(number - (expected[i] ?? Number.NaN)) < 1e-4, `${numbers}`);
}

export async function closeAll(): Promise<void> {
  await vscode.commands.executeCommand('backpass.cancel');
  for (let left = 5; left > 0 && vscode.window.tabGroups.all.some(({ tabs }) => tabs.length > 0); left--) {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  }
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  await until('closed editors', () => vscode.window.tabGroups.all.every(({ tabs }) => tabs.length === 0));
}
