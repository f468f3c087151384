/** What the doctor says of a run, computed once, in the editor's language. */
import { readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { diagnose } from '../doctor/diagnose.ts';
import type { Finding, Message } from '../doctor/finding.ts';
import type { EndedRun } from './api.ts';
import { uriOfFile } from './positions.ts';
import { fileOf } from './program.ts';
import { documentOf } from './session.ts';

const known = new WeakMap<EndedRun, readonly Finding[]>();

export function findingsOf(run: EndedRun): readonly Finding[] {
  const before = known.get(run);
  if (before !== undefined) return before;
  const program = fileOf(run.uri);
  const found = diagnose(run.trace, (file) => (file === program ? run.text : textOf(file)));
  known.set(run, found);
  return found;
}

/** A module that the program imported: as it is open, else as it is on disk. */
function textOf(file: string): string | null {
  const open = documentOf(uriOfFile(file));
  if (open !== undefined) return open.getText();
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

export function said({ template, args }: Message): string {
  return vscode.l10n.t(template, ...args.map((arg) => (typeof arg === 'string' ? arg : said(arg))));
}
