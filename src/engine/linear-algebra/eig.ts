import { reduceToHessenberg } from './hessenberg.ts';
import {
  addScaled,
  column,
  copyMatrix,
  lengthOf,
  type Matrix,
  type Pair,
  quotient,
  scaleBy,
  timesMatrix,
  zeroMatrix,
} from './matrix.ts';
import { complexSchur, realSchur } from './schur.ts';

export interface Eigen {
  readonly values: Pair[];
  /** Of length 1, with a real largest component; null where not asked for. */
  readonly vectors: Matrix | null;
  readonly converged: boolean;
}

/** a v = v diag(values) of any square matrix, by Hessenberg form and QR with shifts; eigenvectors by back substitution. */
export function eigenOf(given: Matrix, withVectors: boolean): Eigen {
  const h = copyMatrix(given);
  const balance = balanced(h);
  const z = reduceToHessenberg(h);
  const converged = h.im === null ? realSchur(h, z) : complexSchur(h, z);
  const { t, q, turns } = h.im === null ? asComplex(h, z) : { t: h, q: z, turns: null };
  const values = Array.from({ length: t.rows }, (_, i) => ({
    re: t.re[i * (t.rows + 1)]!,
    im: t.im![i * (t.rows + 1)]!,
  }));
  if (!withVectors) return { values, vectors: null, converged };
  const vectors = timesMatrix(q, triangularVectors(t));
  for (let j = 0; j < vectors.columns; j++) {
    for (let i = 0; i < vectors.rows; i++) scaleBy(1, balance[i]!, 0, column(vectors, j, i));
    normalize(vectors, j, turns?.[j] ?? null);
  }
  return { values, vectors, converged };
}

/** Scales rows and columns by powers of two until their sizes are alike (Parlett & Reinsch 1969); answers with the scales. */
function balanced(a: Matrix): Float64Array {
  const size = a.rows;
  const scales = new Float64Array(size).fill(1);
  for (let again = true; again; ) {
    again = false;
    for (let i = 0; i < size; i++) {
      let c = lengthOf(size, column(a, i));
      let r = lengthOf(size, { of: a, start: i, step: size });
      if (c === 0 || r === 0 || !Number.isFinite(c + r)) continue;
      const sum = c + r;
      let f = 1;
      while (c < r / 2) [c, r, f] = [c * 2, r / 2, f * 2];
      while (c >= r * 2) [c, r, f] = [c / 2, r * 2, f / 2];
      if (c + r >= 0.95 * sum) continue;
      scales[i] = scales[i]! * f;
      again = true;
      scaleBy(size, 1 / f, 0, { of: a, start: i, step: size });
      scaleBy(size, f, 0, column(a, i));
    }
  }
  return scales;
}

/**
 * The quasi-triangular form as a triangular one: each block of two is turned by a unitary rotation. `turns`: of each vector, what makes
 * the first of the block's two components real again (times i), which LAPACK's signs go by; 0 of a real eigenvalue; the second vector of a
 * block is the first one's conjugate.
 */
function asComplex(h: Matrix, z: Matrix): { t: Matrix; q: Matrix; turns: number[] } {
  const size = h.rows;
  const t: Matrix = { ...h, im: new Float64Array(h.re.length) };
  const q: Matrix = { ...z, im: new Float64Array(z.re.length) };
  const turns = new Array<number>(size).fill(0);
  for (let k = 0; k < size - 1; k++) {
    const below = h.re[k + 1 + k * size]!;
    if (below === 0) continue;
    const above = h.re[k + (k + 1) * size]!;
    const mu = Math.sqrt(Math.abs(above)) * Math.sqrt(Math.abs(below));
    const norm = Math.hypot(mu, below);
    turns[k] = Math.abs(above) < Math.abs(below) && below > 0 ? 1 : -1;
    turns[k + 1] = CONJUGATE;
    turnBlock(t, q, k, { re: 0, im: mu / norm }, below / norm);
    t.re[k + 1 + k * size] = 0;
    t.im![k + 1 + k * size] = 0;
  }
  return { t, q, turns };
}

/** Columns x, y become g x + s y, −s x + conj(g) y with g imaginary, and the rows accordingly: a similarity. */
function turnBlock(t: Matrix, q: Matrix, k: number, g: Pair, s: number): void {
  for (const target of [t, q]) {
    for (let i = 0; i < target.rows; i++) combine(target, i + k * target.rows, i + (k + 1) * target.rows, g, s);
  }
  const conjugated = { re: g.re, im: -g.im };
  for (let j = 0; j < t.columns; j++) combine(t, k + j * t.rows, k + 1 + j * t.rows, conjugated, s);
}

function combine({ re, im }: Matrix, p: number, r: number, g: Pair, s: number): void {
  const [xr, xi, yr, yi] = [re[p]!, im![p]!, re[r]!, im![r]!];
  re[p] = g.re * xr - g.im * xi + s * yr;
  im![p] = g.re * xi + g.im * xr + s * yi;
  re[r] = -s * xr + g.re * yr + g.im * yi;
  im![r] = -s * xi + g.re * yi - g.im * yr;
}

/** Solves (t − λⱼ) x = 0 with x[j] = 1 for each diagonal element. */
function triangularVectors(t: Matrix): Matrix {
  const size = t.rows;
  const out = zeroMatrix(size, size, true);
  const norm = Math.max(...t.re.map(Math.abs), ...t.im!.map(Math.abs), 2 ** -1022);
  for (let j = 0; j < size; j++) {
    const x = column(out, j);
    out.re[j + j * size] = 1;
    addScaled(j, -1, 0, column(t, j), x);
    for (let i = j - 1; i >= 0; i--) {
      const [d, l] = [i * (size + 1), j * (size + 1)];
      const gap = { re: t.re[d]! - t.re[l]!, im: t.im![d]! - t.im![l]! };
      if (Math.abs(gap.re) + Math.abs(gap.im) < norm * 2 ** -52) gap.re = norm * 2 ** -52;
      const p = i + j * size;
      const value = quotient(out.re[p]!, out.im![p]!, gap.re, gap.im);
      out.re[p] = value.re;
      out.im![p] = value.im;
      addScaled(i, -value.re, -value.im, column(t, i), x);
    }
  }
  return out;
}

/** In `turns`: the vector before, conjugated. */
const CONJUGATE = 2;

/** Makes a vector of length 1; of a complex one the largest component real. `turn`: null of a complex matrix. */
function normalize(vectors: Matrix, j: number, turn: number | null): void {
  const { rows, re, im } = vectors;
  const x = column(vectors, j);
  if (turn === CONJUGATE) {
    const end = (j + 1) * rows;
    re.copyWithin(j * rows, (j - 1) * rows, j * rows);
    for (let p = j * rows; p < end; p++) im![p] = -im![p - rows]!;
    return;
  }
  scaleBy(rows, 1 / lengthOf(rows, x), 0, x);
  if (turn === 0) {
    im!.fill(0, j * rows, (j + 1) * rows);
    return;
  }
  if (turn !== null) scaleBy(rows, 0, turn, x);
  let most = j * rows;
  for (let p = j * rows; p < (j + 1) * rows; p++) {
    if (Math.hypot(re[p]!, im![p]!) > Math.hypot(re[most]!, im![most]!)) most = p;
  }
  const size = Math.hypot(re[most]!, im![most]!) * (turn !== null && re[most]! < 0 ? -1 : 1);
  scaleBy(rows, re[most]! / size, -im![most]! / size, x);
  im![most] = 0;
}
