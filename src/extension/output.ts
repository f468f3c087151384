/** The output channel: what Python would have printed, character for character, and nothing else. */
import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import type { TraceEvent } from '../trace/events.ts';
import { uriOf } from './positions.ts';
import type { Session } from './session.ts';

export interface ProgramOutput extends vscode.Disposable {
  show(): void;
}

/** Python may have printed the traceback itself; so much is kept to tell. */
const TAIL = 1 << 16;
const LANGUAGE = 'backpass-output';
const FRAME = /File "([^"\n]+)", line (\d+)/g;

export function registerOutput(session: Session): ProgramOutput {
  const channel = vscode.window.createOutputChannel('Backpass', LANGUAGE);
  let program: vscode.Uri | undefined;
  /** The end of what was printed. */
  let tail = '';
  // Whoever closes it later has closed it.
  let first = true;
  const parts = vscode.Disposable.from(
    channel,
    session.onDidStart((run) => {
      program = run.program.uri;
      channel.clear();
      tail = '';
      if (first) channel.show(true);
      first = false;
    }),
    session.onDidReceive((batch) => {
      for (const event of batch) {
        const text = printed(event, tail);
        if (text === '') continue;
        channel.append(text);
        tail = (tail + text).slice(-TAIL);
      }
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

/** Bytes that are not UTF-8 are lone surrogates in the trace; a channel cannot show them. */
function printed(event: TraceEvent, before: string): string {
  if (event.kind === 'output') return event.text.replace(/\p{Surrogate}/gu, '\uFFFD');
  if (event.kind === 'error' && !before.endsWith(event.traceback)) return event.traceback;
  return '';
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
