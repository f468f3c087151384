import type { Data } from '../dtype.ts';
import { int64 } from '../dtype.ts';
import type { NumberData } from '../strided.ts';
import type { Tensor } from '../tensor.ts';
import { toRows } from './reduction.ts';

/** Sums over `dims`, one result per remaining position, in the tensor's own dtype. */
export function sumRows(self: Tensor, dims: readonly number[]): Data {
  const { data, inner, outer } = toRows(self, dims);
  const out = self.dtype.allocate(outer);
  if (self.dtype === int64) {
    const rows = data as unknown as BigInt64Array;
    for (let r = 0; r < outer; r++) {
      let total = 0n;
      for (let i = 0; i < inner; i++) total += rows[r * inner + i]!;
      (out as BigInt64Array)[r] = total;
    }
    return out;
  }
  for (let r = 0; r < outer; r++) {
    let total = 0;
    for (let i = 0; i < inner; i++) total = Math.fround(total + data[r * inner + i]!);
    (out as NumberData)[r] = total;
  }
  return out;
}
