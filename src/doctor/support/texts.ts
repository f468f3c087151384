/** Ranges of the user's text: what stands there, and edits of it. */
import type { Source } from '../../trace/model.ts';
import type { Edit } from '../finding.ts';

export interface Texts {
  /** What stands in a range; null where the file's text is not known. */
  slice(source: Source): string | null;
  /** A line of a file, from 1. */
  line(file: string, line: number): string | null;
  lines(file: string): readonly string[] | null;
}

export function createTexts(read: (file: string) => string | null): Texts {
  const known = new Map<string, readonly string[] | null>();

  function lines(file: string): readonly string[] | null {
    const before = known.get(file);
    if (before !== undefined) return before;
    const found =
      read(file)
        ?.replace(/^\ufeff/, '')
        .split(/\r\n|\r|\n/) ?? null;
    known.set(file, found);
    return found;
  }

  return {
    lines,
    line: (file, line) => lines(file)?.[line - 1] ?? null,
    slice({ file, line, column, endLine, endColumn }) {
      const rows = lines(file)?.slice(line - 1, endLine);
      if (rows === undefined || rows.length !== endLine - line + 1) return null;
      if (rows.length === 1) return rows[0]!.slice(column, endColumn);
      return [rows[0]!.slice(column), ...rows.slice(1, -1), rows.at(-1)!.slice(0, endColumn)].join('\n');
    },
  };
}

/** The range of a part of what stands in a range, by offsets in it. */
export function rangeWithin(source: Source, text: string, start: number, end: number): Source {
  const [line, column] = position(source, text, start);
  const [endLine, endColumn] = position(source, text, end);
  return { file: source.file, line, column, endLine, endColumn };
}

function position(source: Source, text: string, offset: number): [line: number, column: number] {
  const before = text.slice(0, offset).split('\n');
  const column = before.at(-1)!.length;
  return [source.line + before.length - 1, before.length === 1 ? source.column + column : column];
}

export const insertion = (source: Source, text: string, offset: number, added: string): Edit => ({
  range: rangeWithin(source, text, offset, offset),
  text: added,
});

/** A new line below a range, indented like the line that the range begins in. */
export function lineBelow(texts: Texts, source: Source, added: string): Edit | null {
  const [first, last] = [texts.line(source.file, source.line), texts.line(source.file, source.endLine)];
  if (first === null || last === null) return null;
  const indent = /^\s*/.exec(first)![0];
  const { file, endLine } = source;
  const range = { file, line: endLine, column: last.length, endLine, endColumn: last.length };
  return { range, text: `\n${indent}${added}` };
}
