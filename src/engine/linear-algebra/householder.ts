/** Reflections H = I − τ v vᴴ with v[0] = 1 (Householder 1958; the signs are LAPACK's `larfg`), and QR by them. */
import {
  addScaled,
  column,
  dotOf,
  identityMatrix,
  lengthOf,
  type Matrix,
  type Pair,
  quotient,
  type Run,
  scaleBy,
} from './matrix.ts';

/** The reflection whose adjoint takes x to (β, 0, …): writes β and the rest of v over x, and answers with τ. */
export function reflector(count: number, x: Run): Pair {
  const { of, start, step } = x;
  const rest: Run = { of, start: start + step, step };
  const length = count > 1 ? lengthOf(count - 1, rest) : 0;
  const re = of.re[start] ?? 0;
  const im = of.im?.[start] ?? 0;
  if (count === 0 || (length === 0 && im === 0)) return { re: 0, im: 0 };
  const norm = Math.hypot(re, im, length);
  const beta = re >= 0 && !Object.is(re, -0) ? -norm : norm;
  const scale = quotient(1, 0, re - beta, im);
  scaleBy(count - 1, scale.re, scale.im, rest);
  of.re[start] = beta;
  if (of.im !== null) of.im[start] = 0;
  return { re: (beta - re) / beta, im: -im / beta };
}

/** Replaces columns `from` to before `to` of a, from row `top` on, by H times them (or Hᴴ). v begins with its 1, whatever lies there. */
export function reflectLeft(
  v: Run,
  count: number,
  tau: Pair,
  a: Matrix,
  top: number,
  from: number,
  to: number,
  adjoint: boolean,
): void {
  if (tau.re === 0 && tau.im === 0) return;
  const tail: Run = { ...v, start: v.start + v.step };
  const im = adjoint ? -tau.im : tau.im;
  for (let j = from; j < to; j++) {
    const at = top + j * a.rows;
    const below = column(a, j, top + 1);
    const w = dotOf(count - 1, tail, below);
    w.re += a.re[at]!;
    w.im += a.im?.[at] ?? 0;
    const [re, imaginary] = [-(tau.re * w.re - im * w.im), -(tau.re * w.im + im * w.re)];
    a.re[at] = a.re[at]! + re;
    if (a.im !== null) a.im[at] = a.im[at]! + imaginary;
    addScaled(count - 1, re, imaginary, tail, below);
  }
}

/** Replaces rows from `top` on of a by them times H (or Hᴴ), whose v has one element per column from `left` on. */
export function reflectRight(
  v: Run,
  count: number,
  tau: Pair,
  a: Matrix,
  top: number,
  left: number,
  adjoint: boolean,
): void {
  if ((tau.re === 0 && tau.im === 0) || a.rows <= top) return;
  const height = a.rows - top;
  const w: Matrix = { rows: height, columns: 1, re: new Float64Array(height), im: a.im && new Float64Array(height) };
  const part = (k: number): Pair =>
    k === 0 ? { re: 1, im: 0 } : { re: v.of.re[v.start + k * v.step]!, im: v.of.im?.[v.start + k * v.step] ?? 0 };
  for (let k = 0; k < count; k++) addScaled(height, part(k).re, part(k).im, column(a, left + k, top), column(w, 0));
  const im = adjoint ? -tau.im : tau.im;
  for (let k = 0; k < count; k++) {
    const { re: p, im: q } = part(k);
    addScaled(height, -(tau.re * p + im * q), -(im * p - tau.re * q), column(w, 0), column(a, left + k, top));
  }
}

/** Writes R and, below it, the reflections' v over a; answers with their τ. */
export function factorQr(a: Matrix): Pair[] {
  const taus: Pair[] = [];
  for (let k = 0; k < Math.min(a.rows, a.columns); k++) {
    const v = column(a, k, k);
    const tau = reflector(a.rows - k, v);
    reflectLeft(v, a.rows - k, tau, a, k, k + 1, a.columns, true);
    taus.push(tau);
  }
  return taus;
}

/** The first `columns` columns of H₁ H₂ … of reflections that lie below the diagonal of a. */
export function orthogonalOf(a: Matrix, taus: readonly Pair[], columns: number): Matrix {
  const q = identityMatrix(a.rows, a.im !== null, columns);
  for (let k = Math.min(taus.length, columns) - 1; k >= 0; k--) {
    reflectLeft(column(a, k, k), a.rows - k, taus[k]!, q, k, k, columns, false);
  }
  return q;
}

/** Overwrites c with Q c, c Q, Qᴴ c or c Qᴴ, with Q = H₁ H₂ … of reflections that lie below the diagonal of a. */
export function applyOrthogonal(a: Matrix, taus: readonly Pair[], c: Matrix, left: boolean, adjoint: boolean): void {
  const forwards = left === adjoint;
  for (let step = 0; step < taus.length; step++) {
    const k = forwards ? step : taus.length - 1 - step;
    const v = column(a, k, k);
    if (left) reflectLeft(v, a.rows - k, taus[k]!, c, k, 0, c.columns, adjoint);
    else reflectRight(v, a.rows - k, taus[k]!, c, 0, k, adjoint);
  }
}
