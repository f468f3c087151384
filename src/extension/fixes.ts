/** The doctor's fixes as quick fixes, for as long as the text is what was run. */
import * as vscode from 'vscode';
import type { Finding, Fix } from '../doctor/finding.ts';
import type { EndedRun } from './api.ts';
import { findingsOf, said } from './findings.ts';
import { rangeOf, uriOf } from './positions.ts';
import { fileOf } from './program.ts';
import { isStale, type Session } from './session.ts';

export function registerFixes(session: Session): vscode.Disposable {
  return vscode.languages.registerCodeActionsProvider(
    { language: 'python' },
    { provideCodeActions: (document, range, context) => fixesAt(session, document, range, context.diagnostics) },
    { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
  );
}

function fixesAt(
  session: Session,
  document: vscode.TextDocument,
  range: vscode.Range,
  diagnostics: readonly vscode.Diagnostic[],
): vscode.CodeAction[] {
  const run = session.last(document.uri);
  if (run === undefined || isStale(run, document)) return [];
  const file = fileOf(document.uri);
  const here = findingsOf(run).filter(
    (finding) => finding.range.file === file && rangeOf(finding.range).intersection(range),
  );
  return here.flatMap((finding) =>
    finding.fixes.map((fix, i) => actionOf(run, finding, fix, i === 0 && finding.fixes.length === 1, diagnostics)),
  );
}

function actionOf(
  run: EndedRun,
  { code }: Finding,
  { title, edits }: Fix,
  isPreferred: boolean,
  diagnostics: readonly vscode.Diagnostic[],
): vscode.CodeAction {
  const action = new vscode.CodeAction(said(title), vscode.CodeActionKind.QuickFix);
  action.edit = new vscode.WorkspaceEdit();
  for (const { range, text } of edits) action.edit.replace(uriOf(range.file, run.uri), rangeOf(range), text);
  action.isPreferred = isPreferred;
  action.diagnostics = diagnostics.filter((diagnostic) => diagnostic.source === 'Backpass' && isOf(diagnostic, code));
  return action;
}

const isOf = ({ code }: vscode.Diagnostic, wanted: string): boolean =>
  (typeof code === 'object' ? code.value : code) === wanted;
