/** From a place in the user's text to what the trace knows of it. */

import type { Binding, Source, Trace, TraceNode, TraceTensor } from './model.ts';
import { tensorById } from './queries.ts';

/** A place in a file: line from 1, column from 0. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Where a name is asked for. Without `scope` it is guessed from where the scopes' names are bound. */
export interface NamePlace extends Place {
  readonly name: string;
  readonly scope?: string;
}

export function contains(source: Source, { file, line, column }: Place): boolean {
  if (source.file !== file || line < source.line || line > source.endLine) return false;
  if (line === source.line && column < source.column) return false;
  return line < source.endLine || column <= source.endColumn;
}

/** The tensor that the smallest expression around a place made last. */
export function tensorAt(trace: Trace, file: string, line: number, column: number): TraceTensor | null {
  const place = { file, line, column };
  const bound = smallest(trace.bindings, place);
  const made = smallest(trace.tensors, place);
  if (bound !== null && (made === null || compareSize(bound.source, made.source!) <= 0)) {
    return tensorById(trace, bound.tensor);
  }
  return made;
}

/** The backward functions that the expressions of a line made. */
export const nodesAtLine = (trace: Trace, file: string, line: number): TraceNode[] =>
  trace.nodes.filter(({ source }) => source !== null && source.file === file && source.line === line);

/** The passes that a line began. */
export const passesAtLine = (trace: Trace, file: string, line: number): Trace['passes'] =>
  trace.passes.filter(({ source }) => source !== null && source.file === file && source.line === line);

/**
 * Which tensor a name held at a place: what was bound right there, else by the nearest binding above it, else (in a loop) by the
 * last one below. A line that ran many times answers with its last run.
 */
export function bindingAt(trace: Trace, place: NamePlace): Binding | null {
  const named = trace.bindings.filter(({ name, source }) => name === place.name && source.file === place.file);
  const visible = inScope(named, place.scope ?? guessScope(named, place.line));
  const here = visible.findLast(({ source }) => contains(source, place));
  return here ?? nearest(visible, place);
}

function nearest(bindings: readonly Binding[], place: Place): Binding | null {
  let best: Binding | null = null;
  for (const binding of bindings) {
    if (isBefore(binding.source, place) && (best === null || !startsBefore(binding.source, best.source)))
      best = binding;
  }
  return best ?? bindings.at(-1) ?? null;
}

const isBefore = (source: Source, place: Place): boolean =>
  source.line < place.line || (source.line === place.line && source.column < place.column);

const startsBefore = (a: Source, b: Source): boolean => a.line < b.line || (a.line === b.line && a.column < b.column);

/** Python looks in the function, then in those around it, then in the module. */
function inScope(bindings: readonly Binding[], scope: string): readonly Binding[] {
  for (let around = scope; around !== ''; around = outer(around)) {
    const here = bindings.filter((binding) => binding.scope === around);
    if (here.length > 0) return here;
  }
  const module = bindings.filter((binding) => binding.scope === '');
  return module.length > 0 ? module : bindings;
}

const outer = (scope: string): string => scope.slice(0, Math.max(0, scope.lastIndexOf('.<locals>.')));

/** The function with the shortest stretch of bindings around the line; '' when there is none. */
function guessScope(bindings: readonly Binding[], line: number): string {
  const stretches = new Map<string, { from: number; to: number }>();
  for (const { scope, source } of bindings) {
    const known = stretches.get(scope) ?? { from: source.line, to: source.line };
    stretches.set(scope, { from: Math.min(known.from, source.line), to: Math.max(known.to, source.line) });
  }
  const around = [...stretches].filter(([scope, { from, to }]) => scope !== '' && from <= line && line <= to);
  around.sort(([, a], [, b]) => a.to - a.from - (b.to - b.from));
  return around[0]?.[0] ?? '';
}

function smallest<T extends { readonly source: Source | null }>(items: readonly T[], place: Place): T | null {
  let best: T | null = null;
  for (const item of items) {
    if (item.source === null || !contains(item.source, place)) continue;
    if (best === null || compareSize(item.source, best.source!) <= 0) best = item;
  }
  return best;
}

/** Negative where `a` is the smaller range. */
const compareSize = (a: Source, b: Source): number =>
  a.endLine - a.line - (b.endLine - b.line) || a.endColumn - a.column - (b.endColumn - b.column);
