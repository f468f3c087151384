import { addScaled, column, type Matrix, quotient, row, scaleBy, swapRuns } from './matrix.ts';

/** Which row each step swapped its own with, and the first step (from 1) that found no pivot; 0: none. */
export interface Pivoting {
  readonly pivots: Int32Array;
  readonly info: number;
}

/**
 * Writes L (below the diagonal, with a unit diagonal) and U over an m × n matrix: P a = L U, by Gaussian elimination with partial
 * pivoting (Golub & Van Loan, Matrix Computations, 3.4). A pivot that is 0 is noted and passed over.
 */
export function factorLu(a: Matrix, pivoting: boolean): Pivoting {
  const { rows, columns } = a;
  const steps = Math.min(rows, columns);
  const pivots = new Int32Array(steps);
  let info = 0;
  for (let k = 0; k < steps; k++) {
    const pivot = pivoting ? largest(a, k) : k;
    pivots[k] = pivot;
    const at = pivot + k * rows;
    if (a.re[at] === 0 && (a.im?.[at] ?? 0) === 0) {
      info ||= k + 1;
      continue;
    }
    if (pivot !== k) swapRuns(columns, row(a, k), row(a, pivot));
    eliminate(a, k);
  }
  return { pivots, info };
}

/** The row from k on whose element in column k is the largest, by |re| + |im|. */
function largest(a: Matrix, k: number): number {
  let found = k;
  let most = -1;
  for (let i = k; i < a.rows; i++) {
    const at = i + k * a.rows;
    const size = Math.abs(a.re[at]!) + Math.abs(a.im?.[at] ?? 0);
    if (size > most) [found, most] = [i, size];
  }
  return found;
}

function eliminate(a: Matrix, k: number): void {
  const { rows, columns } = a;
  const below = rows - k - 1;
  const at = k + k * rows;
  const factors = column(a, k, k + 1);
  if (a.im === null) for (let i = at + 1; i < at + 1 + below; i++) a.re[i] = a.re[i]! / a.re[at]!;
  else {
    const inverse = quotient(1, 0, a.re[at]!, a.im[at]!);
    scaleBy(below, inverse.re, inverse.im, factors);
  }
  for (let j = k + 1; j < columns; j++) {
    const top = k + j * rows;
    addScaled(below, -a.re[top]!, -(a.im?.[top] ?? 0), factors, column(a, j, k + 1));
  }
}

/** Applies the row swaps of P (or undoes them) to b. */
export function permuteRows(b: Matrix, pivots: ArrayLike<number>, undo: boolean): void {
  for (let step = 0; step < pivots.length; step++) {
    const k = undo ? pivots.length - 1 - step : step;
    if (pivots[k] !== k) swapRuns(b.columns, row(b, k), row(b, pivots[k]!));
  }
}
