/** L D Lᵀ (or L D Lᴴ) of symmetric (Hermitian) matrices, D with blocks of one and two (Bunch & Kaufman 1977), laid out as LAPACK's. */
import { addScaled, column, dotOf, type Matrix, type Pair, quotient, row, scaleBy, swapRuns } from './matrix.ts';

const ALPHA = (1 + Math.sqrt(17)) / 8;

/** From 1; negative twice for a block of two. `info`: the first block of D that is zero, or 0. */
export interface Pivots {
  readonly pivots: Int32Array;
  readonly info: number;
}

const get = (a: Matrix, i: number, j: number): Pair => ({
  re: a.re[i + j * a.rows]!,
  im: a.im?.[i + j * a.rows] ?? 0,
});
function set(a: Matrix, i: number, j: number, { re, im }: Pair): void {
  a.re[i + j * a.rows] = re;
  if (a.im !== null) a.im[i + j * a.rows] = im;
}
const size = (a: Matrix, i: number, j: number): number =>
  Math.abs(a.re[i + j * a.rows]!) + Math.abs(a.im?.[i + j * a.rows] ?? 0);
const times = (x: Pair, y: Pair): Pair => ({ re: x.re * y.re - x.im * y.im, im: x.re * y.im + x.im * y.re });
const minus = (x: Pair, y: Pair): Pair => ({ re: x.re - y.re, im: x.im - y.im });
const over = (x: Pair, y: Pair): Pair => quotient(x.re, x.im, y.re, y.im);
const conjugated = ({ re, im }: Pair): Pair => ({ re, im: -im });

/** Overwrites the lower triangle of a, which is all that is read, and clears the upper one. */
export function factorLdl(a: Matrix, hermitian: boolean): Pivots {
  const order = a.rows;
  const pivots = new Int32Array(order);
  let info = 0;
  for (let k = 0; k < order; ) {
    const { pivot, width, zero } = choose(a, k);
    if (zero) info ||= k + 1;
    else {
      if (hermitian) makeReal(a, k, width, pivot);
      exchange(a, k, k + width - 1, pivot, width, hermitian);
      if (width === 1) eliminateOne(a, k, hermitian);
      else eliminateTwo(a, k, hermitian);
    }
    pivots.fill(width === 1 ? pivot + 1 : -(pivot + 1), k, k + width);
    k += width;
  }
  for (let j = 1; j < order; j++) {
    a.re.fill(0, j * order, j * order + j);
    a.im?.fill(0, j * order, j * order + j);
  }
  return { pivots, info };
}

/** Which row to swap with, and whether the next block has one row or two. */
function choose(a: Matrix, k: number): { pivot: number; width: 1 | 2; zero: boolean } {
  const own = size(a, k, k);
  const at = largestIn(a.rows, k + 1, (i) => size(a, i, k));
  const most = at < 0 ? 0 : size(a, at, k);
  if (Math.max(own, most) === 0 || Number.isNaN(own)) return { pivot: k, width: 1, zero: true };
  if (own >= ALPHA * most) return { pivot: k, width: 1, zero: false };
  const left = largestIn(at, k, (j) => size(a, at, j));
  const below = largestIn(a.rows, at + 1, (i) => size(a, i, at));
  const rowMost = Math.max(size(a, at, left), below < 0 ? 0 : size(a, below, at));
  if (own >= ALPHA * most * (most / rowMost)) return { pivot: k, width: 1, zero: false };
  return { pivot: at, width: size(a, at, at) >= ALPHA * rowMost ? 1 : 2, zero: false };
}

function largestIn(end: number, from: number, sizeOf: (i: number) => number): number {
  let found = from < end ? from : -1;
  for (let i = from + 1; i < end; i++) if (sizeOf(i) > sizeOf(found)) found = i;
  return found;
}

/** The diagonal of a Hermitian matrix has no imaginary part, whatever lies there. */
function makeReal(a: Matrix, k: number, width: number, pivot: number): void {
  if (a.im === null) return;
  for (const i of [k, k + width - 1, pivot]) a.im[i * (a.rows + 1)] = 0;
}

function exchange(a: Matrix, k: number, kk: number, pivot: number, width: number, hermitian: boolean): void {
  if (pivot === kk) return;
  const order = a.rows;
  swapRuns(order - pivot - 1, column(a, kk, pivot + 1), column(a, pivot, pivot + 1));
  swapRuns(pivot - kk - 1, column(a, kk, kk + 1), row(a, pivot, kk + 1));
  if (hermitian && a.im !== null) {
    scaleImaginary(a, pivot - kk - 1, column(a, kk, kk + 1));
    scaleImaginary(a, pivot - kk, row(a, pivot, kk));
  }
  const kept = get(a, kk, kk);
  set(a, kk, kk, get(a, pivot, pivot));
  set(a, pivot, pivot, kept);
  if (width === 1) return;
  const other = get(a, k + 1, k);
  set(a, k + 1, k, get(a, pivot, k));
  set(a, pivot, k, other);
}

function scaleImaginary(a: Matrix, count: number, { start, step }: { start: number; step: number }): void {
  for (let i = 0, p = start; i < count; i++, p += step) a.im![p] = -a.im![p]!;
}

function eliminateOne(a: Matrix, k: number, hermitian: boolean): void {
  const order = a.rows;
  const inverse = over({ re: 1, im: 0 }, get(a, k, k));
  for (let j = k + 1; j < order; j++) {
    const x = get(a, j, k);
    const factor = times(hermitian ? conjugated(x) : x, inverse);
    addScaled(order - j, -factor.re, -factor.im, column(a, k, j), column(a, j, j));
    if (hermitian && a.im !== null) a.im[j * (order + 1)] = 0;
  }
  scaleBy(order - k - 1, inverse.re, inverse.im, column(a, k, k + 1));
}

function eliminateTwo(a: Matrix, k: number, hermitian: boolean): void {
  const order = a.rows;
  const turn = hermitian ? conjugated : (x: Pair): Pair => x;
  const corner = get(a, k + 1, k);
  const d11 = over(get(a, k + 1, k + 1), corner);
  const d22 = over(get(a, k, k), turn(corner));
  const t = over({ re: 1, im: 0 }, minus(times(d11, d22), { re: 1, im: 0 }));
  const forFirst = over(t, turn(corner));
  const forSecond = over(t, corner);
  for (let j = k + 2; j < order; j++) {
    const [x, y] = [get(a, j, k), get(a, j, k + 1)];
    const first = times(forFirst, minus(times(d11, x), y));
    const second = times(forSecond, minus(times(d22, y), x));
    const [p, q] = [turn(first), turn(second)];
    addScaled(order - j, -p.re, -p.im, column(a, k, j), column(a, j, j));
    addScaled(order - j, -q.re, -q.im, column(a, k + 1, j), column(a, j, j));
    set(a, j, k, first);
    set(a, j, k + 1, second);
    if (hermitian && a.im !== null) a.im[j * (order + 1)] = 0;
  }
}

/** Overwrites b with x where a x = b, a given by `factorLdl`. */
export function solveLdl(a: Matrix, pivots: ArrayLike<number>, b: Matrix, hermitian: boolean): void {
  const order = a.rows;
  for (let k = 0; k < order; ) {
    const width = pivots[k]! > 0 ? 1 : 2;
    const last = k + width - 1;
    const pivot = Math.abs(pivots[k]!) - 1;
    if (pivot !== last) swapRuns(b.columns, row(b, last), row(b, pivot));
    for (let j = 0; j < b.columns; j++) {
      for (let c = k; c <= last; c++) {
        const x = get(b, c, j);
        addScaled(order - last - 1, -x.re, -x.im, column(a, c, last + 1), column(b, j, last + 1));
      }
      solveBlock(a, k, width, b, j, hermitian);
    }
    k += width;
  }
  for (let k = order - 1; k >= 0; ) {
    const width = pivots[k]! > 0 ? 1 : 2;
    for (let j = 0; j < b.columns; j++) {
      for (let c = k; c > k - width; c--) {
        const known = dotOf(order - k - 1, column(a, c, k + 1), column(b, j, k + 1), hermitian);
        set(b, c, j, minus(get(b, c, j), known));
      }
    }
    const pivot = Math.abs(pivots[k]!) - 1;
    if (pivot !== k) swapRuns(b.columns, row(b, k), row(b, pivot));
    k -= width;
  }
}

function solveBlock(a: Matrix, k: number, width: number, b: Matrix, j: number, hermitian: boolean): void {
  if (width === 1) {
    set(b, k, j, over(get(b, k, j), get(a, k, k)));
    return;
  }
  const lower = get(a, k + 1, k);
  const upper = hermitian ? conjugated(lower) : lower;
  const first = over(get(a, k, k), upper);
  const second = over(get(a, k + 1, k + 1), lower);
  const determinant = minus(times(first, second), { re: 1, im: 0 });
  const [x, y] = [over(get(b, k, j), upper), over(get(b, k + 1, j), lower)];
  set(b, k, j, over(minus(times(second, x), y), determinant));
  set(b, k + 1, j, over(minus(times(first, y), x), determinant));
}
