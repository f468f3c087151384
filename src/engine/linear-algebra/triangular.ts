import { addScaled, column, dotOf, type Matrix, quotient } from './matrix.ts';

export interface Triangle {
  readonly upper: boolean;
  /** The diagonal is taken as ones. */
  readonly unit: boolean;
  /** What is solved with: the triangle, its transpose or its conjugate transpose. */
  readonly form: 'plain' | 'transposed' | 'adjoint';
}

/** Overwrites b with x where form(t) x = b. Reads only the triangle of t's leading square. A zero on the diagonal gives infinities. */
export function solveTriangle(t: Matrix, b: Matrix, { upper, unit, form }: Triangle): void {
  const size = b.rows;
  const downwards = upper === (form !== 'plain');
  for (let j = 0; j < b.columns; j++) {
    for (let step = 0; step < size; step++) {
      const k = downwards ? step : size - 1 - step;
      if (form === 'plain') solvePlain(t, b, j, k, upper, unit);
      else solveTurned(t, b, j, k, upper, unit, form === 'adjoint');
    }
  }
}

function divide(t: Matrix, k: number, b: Matrix, at: number, conjugate: boolean): void {
  const diagonal = k + k * t.rows;
  if (b.im === null) {
    b.re[at] = b.re[at]! / t.re[diagonal]!;
    return;
  }
  const im = t.im?.[diagonal] ?? 0;
  const value = quotient(b.re[at]!, b.im[at]!, t.re[diagonal]!, conjugate ? -im : im);
  b.re[at] = value.re;
  b.im[at] = value.im;
}

/** x[k], and its share is taken from what is above (or below) it. */
function solvePlain(t: Matrix, b: Matrix, j: number, k: number, upper: boolean, unit: boolean): void {
  const at = k + j * b.rows;
  if (!unit) divide(t, k, b, at, false);
  const [re, im] = [-b.re[at]!, -(b.im?.[at] ?? 0)];
  if (upper) addScaled(k, re, im, column(t, k), column(b, j));
  else addScaled(b.rows - k - 1, re, im, column(t, k, k + 1), column(b, j, k + 1));
}

/** x[k] from the x that are known: column k of the triangle is a row of its transpose. */
function solveTurned(
  t: Matrix,
  b: Matrix,
  j: number,
  k: number,
  upper: boolean,
  unit: boolean,
  conjugate: boolean,
): void {
  const at = k + j * b.rows;
  const known = upper
    ? dotOf(k, column(t, k), column(b, j), conjugate)
    : dotOf(b.rows - k - 1, column(t, k, k + 1), column(b, j, k + 1), conjugate);
  b.re[at] = b.re[at]! - known.re;
  if (b.im !== null) b.im[at] = b.im[at]! - known.im;
  if (!unit) divide(t, k, b, at, conjugate);
}
