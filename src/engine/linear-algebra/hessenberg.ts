import { orthogonalOf, reflectLeft, reflector, reflectRight } from './householder.ts';
import { addScaled, column, identityMatrix, type Matrix, type Pair, zeroMatrix } from './matrix.ts';

/** Overwrites a with H where a = Q H Qᴴ and H has one diagonal below the main one; answers with Q (Golub & Van Loan, Matrix Computations, 7.4). */
export function reduceToHessenberg(a: Matrix): Matrix {
  const size = a.rows;
  const taus: Pair[] = [];
  for (let k = 0; k < size - 1; k++) {
    const count = size - k - 1;
    const v = column(a, k, k + 1);
    const tau = reflector(count, v);
    taus.push(tau);
    reflectRight(v, count, tau, a, 0, k + 1, false);
    reflectLeft(v, count, tau, a, k + 1, k + 1, size, true);
  }
  const q = orthogonalBelow(a, taus);
  for (let j = 0; j < size; j++) {
    a.re.fill(0, j * size + Math.min(j + 2, size), (j + 1) * size);
    a.im?.fill(0, j * size + Math.min(j + 2, size), (j + 1) * size);
  }
  return q;
}

/** Q of reflections that begin one row below the diagonal of a. */
export function orthogonalBelow(a: Matrix, taus: readonly Pair[]): Matrix {
  const size = a.rows;
  const complex = a.im !== null;
  const q = identityMatrix(size, complex);
  if (size < 2) return q;
  const inner = zeroMatrix(size - 1, size - 1, complex);
  for (let j = 0; j < size - 1; j++) addScaled(size - 1, 1, 0, column(a, j, 1), column(inner, j));
  const turned = orthogonalOf(inner, taus, size - 1);
  for (let j = 0; j < size - 1; j++) {
    q.re[(j + 1) * (size + 1)] = 0;
    addScaled(size - 1, 1, 0, column(turned, j), column(q, j + 1, 1));
  }
  return q;
}
