import type { Value } from './model.ts';
import { dropData, numelOf } from './value.ts';

/** Elements that a trace spells out; past it the oldest values keep their statistics and lose their data. */
export const VALUE_BUDGET = 1 << 20;

/** Answers with a function that notes a value; the oldest noted ones pay for what is too much. */
export function createBudget(limit: number): (value: Value) => Value {
  let queue: Value[] = [];
  let oldest = 0;
  let elements = 0;
  return (value) => {
    if (value.data === undefined) return value;
    queue.push(value);
    elements += numelOf(value.shape);
    while (elements > limit && oldest < queue.length - 1) {
      const victim = queue[oldest++]!;
      elements -= numelOf(victim.shape);
      dropData(victim);
    }
    if (oldest > 1024 && oldest * 2 > queue.length) {
      queue = queue.slice(oldest);
      oldest = 0;
    }
    return value;
  };
}
