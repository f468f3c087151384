/** An uncaught error of the program, at the expression that raised it. Gone with the next run, or when that text changes. */
import * as vscode from 'vscode';
import type { Frame, RunError, Source } from '../trace/model.ts';
import type { EndedRun } from './api.ts';
import { locationOf, rangeOf } from './positions.ts';
import { fileOf } from './program.ts';
import type { Session } from './session.ts';

export function registerDiagnostics(session: Session): vscode.Disposable {
  const collection = vscode.languages.createDiagnosticCollection('backpass');
  return vscode.Disposable.from(
    collection,
    session.onDidStart((run) => collection.delete(run.program.uri)),
    session.onDidEnd((run) => collection.set(run.uri, diagnosticsOf(run))),
    vscode.workspace.onDidChangeTextDocument((change) => follow(collection, change)),
    vscode.workspace.onDidCloseTextDocument((document) => {
      if (document.isUntitled) collection.delete(document.uri);
    }),
  );
}

function diagnosticsOf(run: EndedRun): vscode.Diagnostic[] {
  const { error } = run.trace;
  if (error === null || isQuiet(error)) return [];
  const file = fileOf(run.uri);
  const inFile = error.frames.findLastIndex((frame) => frame.source.file === file);
  const source = error.frames[inFile]?.source ?? lineInTraceback(error, file);
  const message = error.message === '' ? error.type : `${error.type}: ${error.message}`;
  const text = [message, ...error.notes].join('\n');
  const diagnostic = new vscode.Diagnostic(rangeOf(source), text, vscode.DiagnosticSeverity.Error);
  diagnostic.source = 'Backpass';
  diagnostic.relatedInformation = error.frames
    .filter((_, index) => index !== inFile)
    .map((frame) => related(frame, run.uri))
    .reverse();
  return [diagnostic];
}

/** Ways to end a program on purpose. */
function isQuiet(error: RunError): boolean {
  return error.type === 'SystemExit' || error.type === 'KeyboardInterrupt';
}

function related(frame: Frame, program: vscode.Uri): vscode.DiagnosticRelatedInformation {
  const message =
    frame.name === '<module>' ? vscode.l10n.t('called at module level') : vscode.l10n.t('in {0}', frame.name);
  return new vscode.DiagnosticRelatedInformation(locationOf(frame.source, program), message);
}

/** An error without a frame of the file (a syntax error has none): the last line of it that the traceback names, else the first. */
function lineInTraceback(error: RunError, file: string): Source {
  const named = [...error.traceback.matchAll(/File "([^"\n]+)", line (\d+)/g)].findLast((match) => match[1] === file);
  const line = Number(named?.[2] ?? 1);
  return { file, line, column: 0, endLine: line, endColumn: 10_000 };
}

/** Moves a diagnostic with the text before it; drops it when its own text changes. */
function follow(collection: vscode.DiagnosticCollection, change: vscode.TextDocumentChangeEvent): void {
  const { uri } = change.document;
  const before = collection.get(uri);
  if (before === undefined || before.length === 0 || change.contentChanges.length === 0) return;
  const after = before.filter((diagnostic) => {
    if (change.contentChanges.some((edit) => edit.range.intersection(diagnostic.range) !== undefined)) return false;
    for (const edit of change.contentChanges) diagnostic.range = shifted(diagnostic.range, edit);
    return true;
  });
  collection.set(uri, after);
}

function shifted(range: vscode.Range, edit: vscode.TextDocumentContentChangeEvent): vscode.Range {
  if (edit.range.end.isAfter(range.start)) return range;
  const lines = edit.text.split('\n').length - 1 - (edit.range.end.line - edit.range.start.line);
  const columns = edit.range.end.line === range.start.line && lines === 0 ? edit.text.length - edit.rangeLength : 0;
  const endColumns = range.isSingleLine ? columns : 0;
  return new vscode.Range(range.start.translate(lines, columns), range.end.translate(lines, endColumns));
}
