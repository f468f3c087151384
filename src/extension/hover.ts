/** On a tensor's name: what it is, what it held, and what every pass brought to it. */
import * as vscode from 'vscode';
import type { EndedRun } from './api.ts';
import { hoverText } from './hoverText.ts';
import { heldAt, nameAt } from './names.ts';
import { fileOf } from './program.ts';
import { isStale, type Session } from './session.ts';

export function registerHover(session: Session): vscode.Disposable {
  return vscode.languages.registerHoverProvider(
    { language: 'python' },
    { provideHover: (document, position) => hoverAt(session, document, position) },
  );
}

function hoverAt(session: Session, document: vscode.TextDocument, position: vscode.Position): vscode.Hover | null {
  const run = session.last(document.uri) ?? runThatRead(session, document);
  const at = nameAt(document.lineAt(position.line).text, position.character);
  if (run === undefined || at === null) return null;
  const text = document.getText().split(/\r\n|\r|\n/);
  const held = heldAt(run.trace, fileOf(document.uri), text, position.line + 1, at);
  if (held === null) return null;
  const stale = document.uri.toString() === run.uri.toString() && isStale(run, document);
  const range = new vscode.Range(position.line, at.start, position.line, at.end);
  return new vscode.Hover(hoverText({ run, held, at, stale }), range);
}

/** A module that the last program imported has tensors of that run. */
function runThatRead(session: Session, document: vscode.TextDocument): EndedRun | undefined {
  const file = fileOf(document.uri);
  const run = session.last();
  return run?.trace.bindings.some((binding) => binding.source.file === file) ? run : undefined;
}
