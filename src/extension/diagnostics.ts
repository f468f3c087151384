/** What ended the program, and what went wrong silently, at the expressions that did it. Gone with the next run, or when that text changes. */
import * as vscode from 'vscode';
import type { Finding, Related, Severity } from '../doctor/finding.ts';
import type { Frame, RunError, Source } from '../trace/model.ts';
import type { EndedRun } from './api.ts';
import { findingsOf, said } from './findings.ts';
import { locationOf, rangeOf, uriOf } from './positions.ts';
import { fileOf } from './program.ts';
import type { Session } from './session.ts';

/** `pages`: the folder with a page for each rule. */
export function registerDiagnostics(session: Session, pages: vscode.Uri): vscode.Disposable {
  const collection = vscode.languages.createDiagnosticCollection('backpass');
  /** Documents with diagnostics, by the program whose run they are of. */
  const shown = new Map<string, vscode.Uri[]>();

  function clear(program: vscode.Uri): void {
    for (const uri of shown.get(program.toString()) ?? [program]) collection.delete(uri);
    shown.delete(program.toString());
  }

  function show(run: EndedRun): void {
    clear(run.uri);
    const placed = diagnosticsOf(run, pages);
    const files = [...new Set(placed.map(({ file }) => file))];
    const uris = files.map((file) => uriOf(file, run.uri));
    files.forEach((file, i) => {
      const here = placed.filter((item) => item.file === file);
      collection.set(
        uris[i]!,
        here.map(({ diagnostic }) => diagnostic),
      );
    });
    shown.set(run.uri.toString(), uris);
  }

  return vscode.Disposable.from(
    collection,
    session.onDidStart((run) => clear(run.program.uri)),
    session.onDidEnd(show),
    vscode.workspace.onDidChangeTextDocument((change) => follow(collection, change)),
    vscode.workspace.onDidCloseTextDocument((document) => {
      if (document.isUntitled) collection.delete(document.uri);
    }),
  );
}

/** Whether the exception stands at that line, with the explanation. */
const isSaid = ({ range }: Finding, error: readonly Placed[]): boolean =>
  error.some(({ file, diagnostic }) => file === range.file && diagnostic.range.start.line === range.line - 1);

interface Placed {
  readonly file: string;
  readonly diagnostic: vscode.Diagnostic;
}

/** The exception that ended the program, explained where the doctor can, then what went wrong silently. */
function diagnosticsOf(run: EndedRun, pages: vscode.Uri): Placed[] {
  const findings = findingsOf(run);
  const reason = findings.find(({ explainsError }) => explainsError);
  const error = errorOf(run, reason, pages);
  const rest = findings.filter((finding) => finding !== reason || !isSaid(finding, error));
  return [
    ...error,
    ...rest.map((finding) => ({ file: finding.range.file, diagnostic: ofFinding(finding, run.uri, pages) })),
  ];
}

const SEVERITIES: Readonly<Record<Severity, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  // A hint of VS Code's own is not in the Problems panel.
  hint: vscode.DiagnosticSeverity.Information,
};

function ofFinding(
  { code, severity, message, range, related }: Finding,
  program: vscode.Uri,
  pages: vscode.Uri,
): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(rangeOf(range), said(message), SEVERITIES[severity]);
  diagnostic.source = 'Backpass';
  diagnostic.code = linked(code, pages);
  diagnostic.relatedInformation = relatedOf(related, program);
  return diagnostic;
}

/** The Problems panel opens the rule's page where its code is clicked. */
const linked = (code: string, pages: vscode.Uri) => ({ value: code, target: vscode.Uri.joinPath(pages, `${code}.md`) });

const relatedOf = (related: readonly Related[], program: vscode.Uri): vscode.DiagnosticRelatedInformation[] =>
  related.map(
    ({ message, range }) => new vscode.DiagnosticRelatedInformation(locationOf(range, program), said(message)),
  );

function errorOf(run: EndedRun, reason: Finding | undefined, pages: vscode.Uri): Placed[] {
  const { error } = run.trace;
  if (error === null || isQuiet(error)) return [];
  const file = fileOf(run.uri);
  const inFile = error.frames.findLastIndex((frame) => frame.source.file === file);
  const source = error.frames[inFile]?.source ?? lineInTraceback(error, file);
  const message = error.message === '' ? error.type : `${error.type}: ${error.message}`;
  const text = [message, ...error.notes, ...(reason === undefined ? [] : [said(reason.message)])].join('\n');
  const diagnostic = new vscode.Diagnostic(rangeOf(source), text, vscode.DiagnosticSeverity.Error);
  diagnostic.source = 'Backpass';
  if (reason !== undefined) diagnostic.code = linked(reason.code, pages);
  const callers = error.frames.filter((_, index) => index !== inFile).map((frame) => calledBy(frame, run.uri));
  diagnostic.relatedInformation = [...relatedOf(reason?.related ?? [], run.uri), ...callers.reverse()];
  return [{ file, diagnostic }];
}

/** Ways to end a program on purpose. */
function isQuiet(error: RunError): boolean {
  return error.type === 'SystemExit' || error.type === 'KeyboardInterrupt';
}

function calledBy(frame: Frame, program: vscode.Uri): vscode.DiagnosticRelatedInformation {
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
