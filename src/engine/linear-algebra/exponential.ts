import { addScaled, column, identityMatrix, type Matrix, scaleBy, timesMatrix } from './matrix.ts';

/** Terms of the series: enough for a double where the norm is at most 1. */
const DEGREE = 18;

/** exp(a) by its Taylor series of a / 2ᵏ, squared k times (Moler & Van Loan, Nineteen dubious ways, 2003, method 3). */
export function matrixExponential(a: Matrix): Matrix {
  const size = a.rows;
  const norm = columnNorm(a);
  const halvings = norm > 1 && Number.isFinite(norm) ? Math.ceil(Math.log2(norm)) : 0;
  scaleBy(size * size, 2 ** -halvings, 0, { of: a, start: 0, step: 1 });
  let result = identityMatrix(size, a.im !== null);
  for (let k = DEGREE; k >= 1; k--) {
    const next = identityMatrix(size, a.im !== null);
    const product = timesMatrix(a, result);
    for (let j = 0; j < size; j++) addScaled(size, 1 / k, 0, column(product, j), column(next, j));
    result = next;
  }
  for (let k = 0; k < halvings; k++) result = timesMatrix(result, result);
  return result;
}

/** The largest sum of a column's sizes. */
function columnNorm(a: Matrix): number {
  let most = 0;
  for (let j = 0; j < a.columns; j++) {
    let sum = 0;
    for (let p = j * a.rows; p < (j + 1) * a.rows; p++) sum += Math.hypot(a.re[p]!, a.im?.[p] ?? 0);
    most = Math.max(most, sum);
  }
  return most;
}
