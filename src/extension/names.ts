/** From a position in the text to the tensor that the name there held. */
import type { Binding, Trace, TraceTensor } from '../trace/model.ts';
import { bindingAt, contains } from '../trace/positions.ts';
import { tensorById } from '../trace/queries.ts';

/** What stands under the cursor: `x`, `self.fc.weight`, `params[0]`; with `.grad` after it, that tensor's gradient. */
export interface NameAt {
  readonly name: string;
  readonly ofGrad: boolean;
  readonly start: number;
  readonly end: number;
}

export interface Held {
  readonly binding: Binding;
  readonly tensor: TraceTensor;
}

/** A line's text and a column in UTF-16 units; null where no name stands. */
export function nameAt(line: string, column: number): NameAt | null {
  const path = /[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*|\[(?:-?\d+|'[^']*'|"[^"]*")\])*/gu;
  for (const match of maskStrings(line).matchAll(path)) {
    const start = match.index;
    const whole = line.slice(start, start + match[0].length);
    if (column < start || column > start + whole.length) continue;
    return cut(whole, start, column);
  }
  return null;
}

/** The tensor that a name held. `line` counts from 1; `text` is the document's lines. */
export function heldAt(trace: Trace, file: string, text: readonly string[], line: number, at: NameAt): Held | null {
  const scope = scopeAt(text, line);
  const place = { file, line, column: at.start, name: at.name, scope };
  const isBound = trace.bindings.some(({ name, source }) => name === at.name && contains(source, place));
  // A use reads what was bound before its line: the second `x` of `x = x * 2` is the old one.
  const binding = bindingAt(trace, isBound ? place : { ...place, line: line - 1, column: Number.MAX_SAFE_INTEGER });
  const tensor = binding && tensorById(trace, binding.tensor);
  return binding && tensor && isVisible(binding, scope) ? { binding, tensor } : null;
}

/** A plain name is seen in its function and those inside; an attribute or an element wherever its object is. */
function isVisible(binding: Binding, scope: string): boolean {
  const inside = binding.scope === '' || scope === binding.scope || scope.startsWith(`${binding.scope}.<locals>.`);
  return inside || /[.[]/.test(binding.name);
}

/** The qualified name of the function whose body holds a line (from 1), '' at module level. */
export function scopeAt(text: readonly string[], line: number): string {
  const parts: { kind: string; name: string }[] = [];
  let indent = indentOf(text[line - 1] ?? '');
  const own = headOf(text[line - 1] ?? '');
  if (own) parts.unshift(own);
  for (let i = line - 2; i >= 0 && indent > 0; i--) {
    const row = text[i] ?? '';
    if (row.trim() === '' || row.trimStart().startsWith('#') || indentOf(row) >= indent) continue;
    indent = indentOf(row);
    const head = headOf(row);
    if (head) parts.unshift(head);
  }
  return parts
    .map(({ kind, name }, i) => (kind === 'def' && i < parts.length - 1 ? `${name}.<locals>` : name))
    .join('.');
}

/** Only the part up to the cursor counts: on `self` of `self.w` it is `self`, on `grad` of `x.grad` it is x's gradient. */
function cut(whole: string, start: number, column: number): NameAt | null {
  const offset = column - start;
  const next = [...whole.matchAll(/[.[]/g)].map((match) => match.index).find((index) => index >= offset);
  const upTo = whole.slice(0, next ?? whole.length);
  const ofGrad = upTo.endsWith('.grad');
  return { name: ofGrad ? upTo.slice(0, -'.grad'.length) : upTo, ofGrad, start, end: start + upTo.length };
}

/** Comments and strings hold no names; subscripts such as ['w'] stay. Lengths are kept. */
function maskStrings(line: string): string {
  return line.replace(/\[\s*(['"])[^'"]*\1\s*\]|(['"])(?:\\.|(?!\2).)*\2|#.*/g, (part) =>
    part.startsWith('[') ? part : ' '.repeat(part.length),
  );
}

function headOf(row: string): { kind: string; name: string } | null {
  const match = /^\s*(?:async\s+)?(def|class)\s+([\p{L}_][\p{L}\p{N}_]*)/u.exec(row);
  return match ? { kind: match[1] ?? '', name: match[2] ?? '' } : null;
}

function indentOf(row: string): number {
  return row.length - row.trimStart().length;
}
