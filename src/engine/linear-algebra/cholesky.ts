import { addScaled, column, type Matrix, scaleBy } from './matrix.ts';

/**
 * Overwrites the lower triangle with L where a = L Lᴴ (Golub & Van Loan, Matrix Computations, 4.2), and answers with the order of the
 * first leading minor that is not positive, or 0. Reads the lower triangle only, and clears the upper one.
 */
export function factorCholesky(a: Matrix): number {
  const { rows, re, im } = a;
  let info = 0;
  for (let k = 0; k < rows && info === 0; k++) {
    const at = k + k * rows;
    if (!(re[at]! > 0)) {
      info = k + 1;
      break;
    }
    const root = Math.sqrt(re[at]!);
    re[at] = root;
    if (im !== null) im[at] = 0;
    scaleBy(rows - k - 1, 1 / root, 0, column(a, k, k + 1));
    for (let j = k + 1; j < rows; j++) {
      const from = j + k * rows;
      addScaled(rows - j, -re[from]!, im?.[from] ?? 0, column(a, k, j), column(a, j, j));
    }
  }
  for (let j = 1; j < rows; j++) {
    re.fill(0, j * rows, j * rows + j);
    im?.fill(0, j * rows, j * rows + j);
  }
  return info;
}
