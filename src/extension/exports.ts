/** What the panel's page asks to be kept, written where the user says. */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { encodeTrace } from '../trace/codec.ts';
import type { Trace } from '../trace/model.ts';
import { standalonePage } from '../trace/page.ts';

/** The trace itself, or the panel's page with the trace in it. */
export async function exportText(extension: vscode.Uri, trace: Trace, format: 'html' | 'json'): Promise<string> {
  if (format === 'json') return encodeTrace(trace);
  const read = async (name: string): Promise<string> => {
    const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(extension, 'out', name));
    return new TextDecoder().decode(bytes);
  };
  const [script, style] = await Promise.all([read('panel.js'), read('panel.css')]);
  const strings = vscode.l10n.bundle ?? {};
  return standalonePage(trace, { script, style, strings, nonce: randomBytes(18).toString('base64url') });
}

export async function saveExport(file: string, extension: string, text: () => Promise<string>): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const name = `${file.split(/[\\/]/).at(-1)?.replace(/\.py$/, '') ?? 'graph'}.${extension}`;
  const options = folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, name) };
  const target = await vscode.window.showSaveDialog(options);
  if (target === undefined) return;
  try {
    await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(await text()));
  } catch (error) {
    void vscode.window.showWarningMessage(error instanceof Error ? error.message : String(error));
  }
}
