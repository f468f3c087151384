/** The trace's files and ranges as VS Code's. */
import * as vscode from 'vscode';
import type { Source } from '../trace/model.ts';
import { fileOf } from './program.ts';

/** Lines of a source count from 1, columns from 0 in UTF-16 units. */
export function rangeOf(source: Source): vscode.Range {
  return new vscode.Range(
    Math.max(0, source.line - 1),
    source.column,
    Math.max(0, source.endLine - 1),
    source.endColumn,
  );
}

/** `program` is the run's own document: its URI may have any scheme. */
export function uriOf(file: string, program: vscode.Uri): vscode.Uri {
  return file === fileOf(program) ? program : uriOfFile(file);
}

export function uriOfFile(file: string): vscode.Uri {
  return /^[a-z][a-z\d+.-]+:/i.test(file) ? vscode.Uri.parse(file) : vscode.Uri.file(file);
}

export function locationOf(source: Source, program: vscode.Uri): vscode.Location {
  return new vscode.Location(uriOf(source.file, program), rangeOf(source));
}
