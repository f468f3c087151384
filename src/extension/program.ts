/** What the user asks to run: the active editor's text as it stands, or the reason why that cannot be run. */
import { dirname } from 'node:path';
import * as vscode from 'vscode';

export interface Program {
  readonly uri: vscode.Uri;
  readonly viewColumn: vscode.ViewColumn | undefined;
  /** An absolute path, or an untitled document's URI. */
  readonly file: string;
  readonly source: string;
  readonly argv: readonly string[];
  /** The folder whose files the program may import and read. */
  readonly root: string | null;
  /** Unsaved Python texts by path; they stand for what is on disk. */
  readonly overlays: Record<string, string>;
}

export type Choice =
  | { readonly kind: 'program'; readonly program: Program }
  | { readonly kind: 'refused'; readonly message: string };

export function chooseProgram(editor: vscode.TextEditor | undefined): Choice {
  if (editor === undefined) return refused(vscode.l10n.t('Open a Python file first: Backpass runs the active editor.'));
  const { document } = editor;
  if (document.languageId !== 'python') return refused(notPython(document));
  if (document.getText().trim() === '') {
    return refused(vscode.l10n.t('{0} is empty: there is nothing to run.', nameOf(document)));
  }
  return { kind: 'program', program: programOf(document, editor.viewColumn) };
}

/** How the runtime and the trace name a document. */
export function fileOf(uri: vscode.Uri): string {
  if (uri.scheme !== 'file') return uri.toString(true);
  // Python in here is a POSIX one, on Windows too.
  return process.platform === 'win32' ? uri.fsPath.replaceAll('\\', '/') : uri.fsPath;
}

function programOf(document: vscode.TextDocument, viewColumn: vscode.ViewColumn | undefined): Program {
  const file = fileOf(document.uri);
  const args = vscode.workspace.getConfiguration('backpass', document.uri).get<string[]>('args', []);
  return {
    uri: document.uri,
    viewColumn,
    file,
    source: document.getText(),
    argv: [file, ...args],
    root: rootOf(document.uri),
    overlays: overlays(),
  };
}

function rootOf(uri: vscode.Uri): string | null {
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  if (folder?.uri.scheme === 'file') return folder.uri.fsPath;
  if (uri.scheme === 'file') return dirname(uri.fsPath);
  const first = vscode.workspace.workspaceFolders?.find((candidate) => candidate.uri.scheme === 'file');
  return first?.uri.fsPath ?? null;
}

function overlays(): Record<string, string> {
  const dirty = vscode.workspace.textDocuments.filter(
    (document) => document.isDirty && document.languageId === 'python' && document.uri.scheme === 'file',
  );
  return Object.fromEntries(dirty.map((document) => [document.uri.fsPath, document.getText()]));
}

function notPython(document: vscode.TextDocument): string {
  const message = vscode.l10n.t(
    '{0} is not a Python file (its language is "{1}"). Backpass runs Python files.',
    nameOf(document),
    document.languageId,
  );
  if (!document.isUntitled) return message;
  return `${message} ${vscode.l10n.t('Use "Change Language Mode" to make it one.')}`;
}

function nameOf(document: vscode.TextDocument): string {
  return document.uri.path.split('/').at(-1) ?? document.uri.path;
}

export function refused(message: string): Choice {
  return { kind: 'refused', message };
}
