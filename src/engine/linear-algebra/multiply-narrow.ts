/**
 * Products of bfloat16 matrices as PyTorch 1.13 adds them up on the CPU, where they are too small for oneDNN: each product and each sum
 * is rounded to bfloat16. Only the product of rows by columns that both lie in one stretch is added up in float32.
 */
import type { Data } from '../dtype.ts';
import type { NumberData } from '../strided.ts';
import type { Tensor } from '../tensor.ts';
import type { Sizes, Starts } from './multiply.ts';

/** Up to this many multiplications PyTorch does a product by itself. */
const OWN = 16 ** 3;
/** A product of batches of less than this goes element by element. */
const TINY = 400;

/** Whether sums are rounded one by one. The matrices are the last two dimensions, m × k and k × n. */
export function roundsEachSum(left: Tensor, right: Tensor, { m, k, n }: Sizes): boolean {
  if (left.rank === 3 && m * k * n < TINY) return true;
  if (left.numel * n > OWN) return false;
  return n === 1
    ? !(isTransposed(left, false, m, k) && !isTransposed(right, false, k, n))
    : !(isTransposed(right, true, n, k) && !isTransposed(left, true, k, m));
}

/**
 * Whether BLAS is given a matrix as a transposed one. It takes matrices column by column, of `height` elements each; a result that lies
 * row by row is `swapped`, so that rows are columns. What lies in neither way is copied row by row.
 */
function isTransposed({ strides, rank }: Tensor, swapped: boolean, height: number, width: number): boolean {
  const [row, column] = [strides[rank - 2]!, strides[rank - 1]!];
  const [along, across] = swapped ? [column, row] : [row, column];
  if (along === 1 && across >= Math.max(1, height)) return false;
  return (across === 1 && along >= Math.max(1, width)) || !swapped;
}

/** out[m, n] = Σk x[m, k] · y[k, n]; `narrow` rounds. */
export function multiplyNarrow(
  x: NumberData,
  y: NumberData,
  out: NumberData,
  { m, k, n }: Sizes,
  at: Starts,
  narrow: (data: Data) => void,
): void {
  const sums = new Float32Array(m * n);
  const terms = new Float32Array(m * n);
  for (let p = 0; p < k; p++) {
    for (let i = 0; i < m; i++) {
      const factor = x[at.x + i * k + p]!;
      for (let j = 0; j < n; j++) terms[i * n + j] = factor * y[at.y + p * n + j]!;
    }
    narrow(terms);
    for (let i = 0; i < sums.length; i++) sums[i]! += terms[i]!;
    narrow(sums);
  }
  out.set(sums, at.out);
}
