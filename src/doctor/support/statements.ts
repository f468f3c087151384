/** Changes in place as they are written, and the same out of place. */
import type { Source } from '../../trace/model.ts';
import { type Fix, t } from '../finding.ts';
import { isSimple, parseCall } from './calls.ts';
import type { Texts } from './texts.ts';

interface Statement {
  readonly text: string;
  readonly indent: string;
  readonly range: Source;
}

/** A simple statement on a line of its own; null for what is longer, or stands behind a colon. */
export function statementAt(texts: Texts, { file, line, endLine }: Source): Statement | null {
  const row = texts.line(file, line);
  if (row === null || line !== endLine) return null;
  const [, indent, text] = /^(\s*)(.*?)\s*(?:#[^'"]*)?$/.exec(row) as unknown as [string, string, string];
  if (/^(?:if|elif|else|for|while|with|try|except|def|class)\b/.test(text) || text.includes(';')) return null;
  return {
    text,
    indent,
    range: { file, line, column: indent.length, endLine: line, endColumn: indent.length + text.length },
  };
}

/** `y.add_(1)` as `y = y.add(1)`, `x += 1` as `x = x + 1`; what is left, as a change of a copy. */
export function outOfPlace(texts: Texts, source: Source, name: string | null): Fix[] {
  const statement = statementAt(texts, source);
  if (statement === null) return [];
  const written = rewritten(statement.text);
  if (written !== null)
    return [{ title: t('Compute a new tensor: `{0}`', written), edits: [{ range: statement.range, text: written }] }];
  if (name === null || !isSimple(name) || name.includes('[')) return [];
  const { file, line } = source;
  const range = { file, line, column: statement.indent.length, endLine: line, endColumn: statement.indent.length };
  const copy = `${name} = ${name}.clone()`;
  return [{ title: t('Change a copy: `{0}`', copy), edits: [{ range, text: `${copy}\n${statement.indent}` }] }];
}

function rewritten(text: string): string | null {
  const augmented = /^([\p{L}_][\p{L}\p{N}_.]*)\s*(\+|-|\*\*|\*|\/\/|\/|@|%)=(?!=)\s*(.+)$/u.exec(text);
  if (augmented !== null) return `${augmented[1]} = ${augmented[1]} ${augmented[2]} ${bracketedIfLong(augmented[3]!)}`;
  const call = parseCall(text);
  if (call === null || !/[a-z]_$/.test(call.method) || !isSimple(call.receiver)) return null;
  return `${call.receiver} = ${call.receiver}.${call.method.slice(0, -1)}${text.slice(call.open)}`;
}

const bracketedIfLong = (expression: string): string =>
  /^[\p{L}\p{N}_.]+$/u.test(expression) ? expression : `(${expression})`;

/** The statement under `with torch.no_grad():`. */
export function withoutGrad(texts: Texts, source: Source): Fix[] {
  const statement = statementAt(texts, source);
  if (statement === null) return [];
  const { text, indent, range } = statement;
  const edits = [{ range, text: `with torch.no_grad():\n${indent}    ${text}` }];
  return [{ title: t('Change it with gradients switched off: `with torch.no_grad():`'), edits }];
}
