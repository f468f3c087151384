/** The sum of contributions, where their elements are known. */
import type { Nested, Value } from '../trace/model.ts';

/** Null where an element is not a finite number or a value keeps no data; float32 rounds after every addition. */
export function sumValues(values: readonly Value[]): Value | null {
  const [first, ...rest] = values;
  if (first?.data === undefined) return null;
  const round = first.dtype.includes('float32') ? Math.fround : (value: number) => value;
  let data: Nested = first.data;
  for (const { data: other } of rest) {
    const sum = other === undefined ? null : addNested(data, other, round);
    if (sum === null) return null;
    data = sum;
  }
  return { ...first, data };
}

function addNested(a: Nested, b: Nested, round: (value: number) => number): Nested | null {
  if (typeof a === 'number' && typeof b === 'number') return round(a + b);
  if (!isList(a) || !isList(b) || a.length !== b.length) return null;
  const items = a.map((item, i) => addNested(item, b[i]!, round));
  return items.every((item) => item !== null) ? items : null;
}

function isList(data: Nested): data is readonly Nested[] {
  return Array.isArray(data);
}
