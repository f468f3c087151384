/** Loops over elements that are named by their positions in memory. */
import type { Data, DType } from './dtype.ts';
import type { NumberData } from './strided.ts';

/** Elements `at` of the memory, one after the other. */
export function readAt(memory: Data, at: Int32Array, dtype: DType): Data {
  const out = dtype.allocate(at.length) as NumberData;
  const from = memory as NumberData;
  if (dtype.lanes === 1) for (let i = 0; i < at.length; i++) out[i] = from[at[i]!]!;
  else {
    for (let i = 0; i < at.length; i++) {
      out[2 * i] = from[2 * at[i]!]!;
      out[2 * i + 1] = from[2 * at[i]! + 1]!;
    }
  }
  return out;
}

/** Writes values over the elements `at`; of two that mean the same place the later one stays. */
export function writeAt(memory: Data, at: Int32Array, values: Data, { lanes }: DType): void {
  const to = memory as NumberData;
  const from = values as NumberData;
  for (let i = 0; i < at.length; i++) {
    for (let k = 0; k < lanes; k++) to[at[i]! * lanes + k] = from[i * lanes + k]!;
  }
}

/** Adds values to the elements `at`, one by one. */
export function addAt(memory: Data, at: Int32Array, values: Data, { lanes }: DType): void {
  const to = memory as NumberData;
  const from = values as NumberData;
  for (let i = 0; i < at.length; i++) {
    for (let k = 0; k < lanes; k++) to[at[i]! * lanes + k]! += from[i * lanes + k]!;
  }
}
