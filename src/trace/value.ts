import { badValue } from './errors.ts';
import type { RawValue } from './events.ts';
import type { Element, Nested, Value } from './model.ts';
import { statsOf } from './stats.ts';

/** As PyTorch has it. */
const MAX_RANK = 64;
/** Empty lists in a list of lists are still lists: [1000000, 0] is not spelled out. */
const MAX_EMPTY = 4096;
/** How many elements of each end a preview has. */
export const PREVIEW = 3;

/** What came over the wire, with what was left out. Throws a TraceError where it contradicts itself. */
export function toValue(raw: RawValue): Value {
  const { shape, dtype, data } = raw;
  const ref = raw.ref ?? null;
  if (shape.length > MAX_RANK) throw badValue(shape.slice(0, 4), `and more has over ${MAX_RANK} dimensions`);
  if (data === undefined) {
    if (raw.stats === undefined) throw badValue(shape, 'has neither data nor stats');
    return raw.preview === undefined
      ? { shape, dtype, ref, stats: raw.stats }
      : { shape, dtype, ref, stats: raw.stats, preview: raw.preview };
  }
  if (data.length !== numelOf(shape)) throw badValue(shape, `has ${data.length} elements`);
  const stats = statsOf(data);
  return canNest(shape) ? { shape, dtype, ref, stats, data: nest(data, shape) } : { shape, dtype, ref, stats };
}

/** How many elements a shape has. */
export function numelOf(shape: readonly number[]): number {
  let count = 1;
  for (const size of shape) count *= size;
  return count;
}

function canNest(shape: readonly number[]): boolean {
  const empty = shape.indexOf(0);
  return empty < 0 || numelOf(shape.slice(0, empty)) <= MAX_EMPTY;
}

/** Row-major elements as nested lists; a 0-d tensor is its element. Works from the innermost dimension outwards. */
export function nest(flat: readonly Element[], shape: readonly number[]): Nested {
  if (shape.length <= 1) return shape.length === 0 ? flat[0]! : flat;
  let level: readonly Nested[] = flat;
  for (let d = shape.length - 1; d > 0; d--) level = group(level, shape[d]!, numelOf(shape.slice(0, d)));
  return level;
}

function group(items: readonly Nested[], size: number, groups: number): Nested[] {
  const out: Nested[] = [];
  for (let i = 0; i < groups; i++) out.push(items.slice(i * size, (i + 1) * size));
  return out;
}

/** The elements in row-major order; null where the trace keeps no data of them. */
export function flatData(value: Value): Element[] | null {
  return value.data === undefined ? null : flatten(value.data, value.shape.length);
}

function flatten(nested: Nested, rank: number): Element[] {
  let level: readonly Nested[] = [nested];
  for (let d = 0; d < rank; d++) level = level.flat();
  return level as Element[];
}

/** Forgets the elements and keeps the statistics and a few from either end. */
export function dropData(value: Value): void {
  const elements = flatData(value);
  if (elements === null) return;
  delete value.data;
  value.preview = { head: elements.slice(0, PREVIEW), tail: elements.slice(PREVIEW).slice(-PREVIEW) };
}
