/** The output channel: what Python would have printed, character for character, and nothing else. */
import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import type { TraceEvent } from '../trace/events.ts';
import { uriOf } from './positions.ts';
import type { Session } from './session.ts';

export interface ProgramOutput extends vscode.Disposable {
  show(): void;
}

const LANGUAGE = 'backpass-output';
const FRAME = /File "([^"\n]+)", line (\d+)/g;

export function registerOutput(session: Session): ProgramOutput {
  const channel = vscode.window.createOutputChannel('Backpass', LANGUAGE);
  let program: vscode.Uri | undefined;
  // Whoever closes it later has closed it.
  let first = true;
  const parts = vscode.Disposable.from(
    channel,
    session.onDidStart((run) => {
      program = run.program.uri;
      channel.clear();
      if (first) channel.show(true);
      first = false;
    }),
    session.onDidReceive((batch) => {
      const text = batch.map(printed).join('');
      if (text !== '') channel.append(text);
    }),
    session.onDidEnd((run) => {
      if (run.end.kind === 'exit' && run.end.code !== 0) channel.show(true);
    }),
    vscode.languages.registerDocumentLinkProvider(
      { language: LANGUAGE },
      { provideDocumentLinks: (document) => frameLinks(document, program) },
    ),
  );
  return { show: () => channel.show(true), dispose: () => parts.dispose() };
}

/** A traceback is among what Python prints. Bytes that are not UTF-8 are lone surrogates, which a channel cannot show. */
function printed(event: TraceEvent): string {
  return event.kind === 'output' ? event.text.replace(/\p{Surrogate}/gu, '\uFFFD') : '';
}

/** Every `File "path", line N` of a traceback leads to that line. */
function frameLinks(document: vscode.TextDocument, program: vscode.Uri | undefined): vscode.DocumentLink[] {
  return [...document.getText().matchAll(FRAME)].flatMap((match) => {
    const [text, file = '', line = '1'] = match;
    if (file.startsWith('<')) return [];
    const range = new vscode.Range(document.positionAt(match.index), document.positionAt(match.index + text.length));
    const uri = uriOf(file, program ?? vscode.Uri.file(file));
    // Frames of Python's own library lie in no file.
    if (uri.scheme === 'file' && !existsSync(uri.fsPath)) return [];
    return [new vscode.DocumentLink(range, uri.with({ fragment: `L${line}` }))];
  });
}
