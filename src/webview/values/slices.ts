/** Which matrix of a tensor of more dimensions is looked at. */

import type { Value } from '../../trace/model.ts';
import { toNumber } from '../../trace/stats.ts';
import { flatData } from '../../trace/value.ts';

export interface Plane {
  readonly rows: number;
  readonly columns: number;
  readonly numbers: readonly number[];
}

/** `at` has an index per dim before the last two. Null where the trace keeps no elements, or they are complex. */
export function planeOf(value: Value, at: readonly number[]): Plane | null {
  const elements = flatData(value);
  if (elements === null || elements.length === 0 || value.dtype.includes('complex')) return null;
  const columns = value.shape.at(-1) ?? 1;
  const rows = value.shape.length < 2 ? 1 : value.shape.at(-2)!;
  const outer = value.shape.slice(0, -2);
  const plane = outer.reduce((index, size, d) => index * size + clamp(at[d] ?? 0, size), 0);
  const start = plane * rows * columns;
  return { rows, columns, numbers: elements.slice(start, start + rows * columns).map(toNumber) };
}

const clamp = (index: number, size: number): number => Math.min(size - 1, Math.max(0, index));
