/** Products of matrices that lie row after row: out += x · y, of m × k and k × n elements, from given positions on. */
import type { NumberData } from '../strided.ts';

/** Where the matrices begin, in elements. */
export interface Starts {
  readonly x: number;
  readonly y: number;
  readonly out: number;
}

/** How many rows of x, columns of x and columns of y there are. */
export interface Sizes {
  readonly m: number;
  readonly k: number;
  readonly n: number;
}

/** out[m, n] = Σk x[m, k] · y[k, n], added up in the order of k with fused multiply-add, as OpenBLAS does: the product of two floats is exact in a double. */
export function multiply(x: NumberData, y: NumberData, out: NumberData, { m, k, n }: Sizes, at: Starts): void {
  for (let i = 0; i < m; i++) {
    for (let p = 0; p < k; p++) {
      const factor = x[at.x + i * k + p]!;
      const row = at.y + p * n;
      const to = at.out + i * n;
      for (let j = 0; j < n; j++) out[to + j] = out[to + j]! + factor * y[row + j]!;
    }
  }
}

/** The same of int64, modulo 2^64. */
export function multiplyBig(
  x: BigInt64Array,
  y: BigInt64Array,
  out: BigInt64Array,
  { m, k, n }: Sizes,
  at: Starts,
): void {
  for (let i = 0; i < m; i++) {
    for (let p = 0; p < k; p++) {
      for (let j = 0; j < n; j++) out[at.out + i * n + j]! += x[at.x + i * k + p]! * y[at.y + p * n + j]!;
    }
  }
}

/** The same of complex elements, re and im side by side. */
export function multiplyComplex(x: NumberData, y: NumberData, out: NumberData, { m, k, n }: Sizes, at: Starts): void {
  for (let i = 0; i < m; i++) {
    for (let p = 0; p < k; p++) {
      const from = 2 * (at.x + i * k + p);
      const [re, im] = [x[from]!, x[from + 1]!];
      for (let j = 0; j < n; j++) {
        const other = 2 * (at.y + p * n + j);
        const to = 2 * (at.out + i * n + j);
        out[to]! += re * y[other]! - im * y[other + 1]!;
        out[to + 1]! += re * y[other + 1]! + im * y[other]!;
      }
    }
  }
}
