import { orthogonalBelow } from './hessenberg.ts';
import { reflector } from './householder.ts';
import {
  addScaled,
  adjointMatrix,
  column,
  dotOf,
  identityMatrix,
  type Matrix,
  type Pair,
  rotate,
  scaleBy,
  swapRuns,
  timesMatrix,
  zeroMatrix,
} from './matrix.ts';
import { rotationFor, symmetric2, withSign } from './rotation.ts';

const EPSILON = 2 ** -53;

export interface Eigh {
  readonly values: Float64Array;
  readonly vectors: Matrix;
  readonly converged: boolean;
}

/** a = v · diag(values) · vᴴ, values ascending, of a Hermitian matrix of which one triangle is read. */
export function hermitianEigen(a: Matrix, lower: boolean): Eigh {
  const full = fromTriangle(a, lower);
  const work = lower ? full : turnedAbout(full);
  const { d, e, taus } = tridiagonalize(work);
  const q = orthogonalBelow(work, taus);
  if (!lower) {
    d.reverse();
    e.reverse();
  }
  const turned = identityMatrix(a.rows, false);
  const converged = implicitQl(d, e, turned);
  sortAscending(d, turned);
  return { values: d, vectors: timesMatrix(lower ? q : turnedAbout(q), turned), converged };
}

/** Rows and columns in the opposite order: the upper triangle is reduced from its end, as LAPACK does. */
const turnedAbout = (a: Matrix): Matrix => ({ ...a, re: a.re.slice().reverse(), im: a.im?.slice().reverse() ?? null });

/** The whole matrix that a triangle stands for; its diagonal is real. */
function fromTriangle(a: Matrix, lower: boolean): Matrix {
  const other = adjointMatrix(a);
  const out = zeroMatrix(a.rows, a.rows, a.im !== null);
  for (let j = 0; j < a.rows; j++) {
    for (let i = 0; i < a.rows; i++) {
      const from = i === j || i > j === lower ? a : other;
      const at = i + j * a.rows;
      out.re[at] = from.re[at]!;
      if (out.im !== null) out.im[at] = i === j ? 0 : from.im![at]!;
    }
  }
  return out;
}

/** Qᴴ a Q = T by reflections, whose vectors stay below the first subdiagonal of a (Golub & Van Loan, Matrix Computations, 8.3.1). */
function tridiagonalize(a: Matrix): { d: Float64Array; e: Float64Array; taus: Pair[] } {
  const size = a.rows;
  const [d, e] = [new Float64Array(size), new Float64Array(Math.max(size - 1, 0))];
  const taus: Pair[] = [];
  for (let k = 0; k < size - 1; k++) {
    const count = size - k - 1;
    const v = column(a, k, k + 1);
    const tau = reflector(count, v);
    e[k] = a.re[v.start]!;
    taus.push(tau);
    if (tau.re !== 0 || tau.im !== 0) bothSides(a, k + 1, tau);
  }
  for (let k = 0; k < size; k++) d[k] = a.re[k + k * size]!;
  return { d, e, taus };
}

/** H a Hᴴ of the square from `from` on, as a update of rank two. The vector lies in the column before. */
function bothSides(a: Matrix, from: number, tau: Pair): void {
  const size = a.rows;
  const count = size - from;
  const complex = a.im !== null;
  const v = zeroMatrix(count, 1, complex);
  addScaled(count, 1, 0, column(a, from - 1, from), column(v, 0));
  v.re[0] = 1;
  if (v.im !== null) v.im[0] = 0;
  const w = zeroMatrix(count, 1, complex);
  for (let k = 0; k < count; k++) addScaled(count, v.re[k]!, v.im?.[k] ?? 0, column(a, from + k, from), column(w, 0));
  scaleBy(count, tau.re, tau.im, column(w, 0));
  const inner = dotOf(count, column(w, 0), column(v, 0));
  const alpha = {
    re: -0.5 * (tau.re * inner.re - tau.im * inner.im),
    im: -0.5 * (tau.re * inner.im + tau.im * inner.re),
  };
  addScaled(count, alpha.re, alpha.im, column(v, 0), column(w, 0));
  for (let k = 0; k < count; k++) {
    const to = column(a, from + k, from);
    addScaled(count, -w.re[k]!, w.im?.[k] ?? 0, column(v, 0), to);
    addScaled(count, -v.re[k]!, v.im?.[k] ?? 0, column(w, 0), to);
  }
}

/** Makes d the eigenvalues of the tridiagonal matrix (d, e) and turns the columns of z (implicit QL or QR; Wilkinson & Reinsch 1971, II/3). */
function implicitQl(d: Float64Array, e: Float64Array, z: Matrix): boolean {
  let budget = 30 * d.length;
  let start = 0;
  while (start < d.length) {
    let end = start;
    while (end < d.length - 1 && !isSmall(d, e, end)) end++;
    if (end < d.length - 1) e[end] = 0;
    const up = Math.abs(d[end]!) < Math.abs(d[start]!);
    let at = up ? end : start;
    const stop = up ? start : end;
    while (up ? at >= stop : at <= stop) {
      if (Number.isNaN(d[at]!)) return false;
      const found = splitFrom(d, e, at, stop);
      const step = up ? -1 : 1;
      if (found === at) at += step;
      else if (found === at + step) {
        solvePair(d, e, z, Math.min(at, found));
        at += 2 * step;
      } else {
        if (budget-- <= 0) return false;
        chase(d, e, z, at, found, step);
      }
    }
    start = end + 1;
  }
  return true;
}

const isSmall = (d: Float64Array, e: Float64Array, i: number): boolean =>
  Math.abs(e[i]!) <= Math.sqrt(Math.abs(d[i]!)) * Math.sqrt(Math.abs(d[i + 1]!)) * EPSILON;

/** The first place from `at` towards `stop` after which the off-diagonal element does not count, and is cleared. */
function splitFrom(d: Float64Array, e: Float64Array, at: number, stop: number): number {
  const step = stop >= at ? 1 : -1;
  for (let m = at; m !== stop; m += step) {
    const edge = step > 0 ? m : m - 1;
    if (e[edge]! ** 2 > EPSILON ** 2 * Math.abs(d[m]!) * Math.abs(d[m + step]!) + 2 ** -1022) continue;
    e[edge] = 0;
    return m;
  }
  return stop;
}

function solvePair(d: Float64Array, e: Float64Array, z: Matrix, i: number): void {
  const { large, small, c, s } = symmetric2(d[i]!, e[i]!, d[i + 1]!);
  rotate(z.rows, column(z, i), column(z, i + 1), c, s);
  d[i] = large;
  d[i + 1] = small;
  e[i] = 0;
}

/** One QL step (step 1: from `end` back to `at`), or the same on the block turned about (step −1). */
function chase(d: Float64Array, e: Float64Array, z: Matrix, at: number, end: number, step: 1 | -1): void {
  const edge = (i: number): number => (step > 0 ? i : i - 1);
  const near = e[edge(at)]!;
  let p = d[at]!;
  let g = (d[at + step]! - p) / (2 * near);
  g = d[end]! - p + near / (g + withSign(Math.hypot(g, 1), g));
  let [c, s] = [1, 1];
  p = 0;
  for (let i = end - step; step > 0 ? i >= at : i <= at; i -= step) {
    const f = s * e[edge(i)]!;
    const b = c * e[edge(i)]!;
    const turn = rotationFor(g, f);
    ({ c, s } = turn);
    if (i !== end - step) e[edge(i + step)] = turn.r;
    g = d[i + step]! - p;
    const r = (d[i]! - g) * s + 2 * c * b;
    p = s * r;
    d[i + step] = g + p;
    g = c * r - b;
    rotate(z.rows, column(z, i + step), column(z, i), c, s);
  }
  d[at] = d[at]! - p;
  e[edge(at)] = g;
}

function sortAscending(d: Float64Array, z: Matrix): void {
  for (let i = 0; i < d.length - 1; i++) {
    let least = i;
    for (let k = i + 1; k < d.length; k++) if (d[k]! < d[least]!) least = k;
    if (least === i) continue;
    [d[i], d[least]] = [d[least]!, d[i]!];
    swapRuns(z.rows, column(z, i), column(z, least));
  }
}
