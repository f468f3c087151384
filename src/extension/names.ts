/** From a position in the text to the tensor that the name there held. */
import type { Binding, Trace, TraceTensor } from '../trace/model.ts';

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

/** The tensors that the name may have held, likeliest first: a name can stand for an attribute of one (`x.sum` is `x`). */
export function heldAt(trace: Trace, file: string, text: readonly string[], line: number, at: NameAt): Held | null {
  const scope = scopeAt(text, line);
  const named = trace.bindings.filter((binding) => binding.name === at.name && binding.source.file === file);
  const visible = inScope(named, scope, at.name.includes('.') || at.name.includes('['));
  const binding = nearest(visible, line, at);
  const tensor = binding && trace.tensors.find((candidate) => candidate.id === binding.tensor);
  return binding && tensor ? { binding, tensor } : null;
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

/** Python looks in the function, then in those around it, then in the module; an attribute is found wherever it was bound. */
function inScope(bindings: readonly Binding[], scope: string, anywhere: boolean): readonly Binding[] {
  for (let around: string | null = scope; around !== null; around = outer(around)) {
    const here = bindings.filter((binding) => binding.scope === around);
    if (here.length > 0) return here;
  }
  return anywhere ? bindings : [];
}

function outer(scope: string): string | null {
  if (scope === '') return null;
  const cutAt = scope.lastIndexOf('.<locals>.');
  return cutAt < 0 ? '' : scope.slice(0, cutAt);
}

/** The binding under the cursor; else the nearest above; else the last of all (a loop reads what its end bound). */
function nearest(bindings: readonly Binding[], line: number, at: NameAt): Binding | undefined {
  const here = bindings.filter((binding) => binding.source.line === line && isUnder(binding, at));
  if (here.length > 0) return here.at(-1);
  const above = bindings.filter((binding) => binding.source.line < line);
  const last = Math.max(...above.map((binding) => binding.source.line));
  return above.findLast((binding) => binding.source.line === last) ?? bindings.at(-1);
}

function isUnder({ source }: Binding, at: NameAt): boolean {
  return source.column <= at.start && at.end <= Math.max(source.endColumn, source.column + at.end - at.start);
}

function headOf(row: string): { kind: string; name: string } | null {
  const match = /^\s*(?:async\s+)?(def|class)\s+([\p{L}_][\p{L}\p{N}_]*)/u.exec(row);
  return match ? { kind: match[1] ?? '', name: match[2] ?? '' } : null;
}

function indentOf(row: string): number {
  return row.length - row.trimStart().length;
}
