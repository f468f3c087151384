/** Has an interpreter ready before the user asks, once a file that imports torch is open. */
import * as vscode from 'vscode';
import type { Host } from '../runtime/host.ts';

const IMPORTS_TORCH = /^\s*(?:import|from)\s+torch\b/m;
const HEAD = new vscode.Range(0, 0, 200, 0);

export function warmForTorch(host: Host): vscode.Disposable {
  const consider = (document: vscode.TextDocument) => {
    if (vscode.workspace.isTrusted && importsTorch(document)) host.warm().catch(() => {}); // The run will say what is wrong.
  };
  for (const document of vscode.workspace.textDocuments) consider(document);
  return vscode.Disposable.from(
    vscode.workspace.onDidOpenTextDocument(consider),
    vscode.workspace.onDidGrantWorkspaceTrust(() => vscode.workspace.textDocuments.forEach(consider)),
  );
}

function importsTorch(document: vscode.TextDocument): boolean {
  return document.languageId === 'python' && IMPORTS_TORCH.test(document.getText(HEAD));
}
