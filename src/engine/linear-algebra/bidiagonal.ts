/** The singular values of bidiagonal matrices by implicit QR (Demmel & Kahan, Accurate singular values of bidiagonal matrices, 1990). */
import { column, type Matrix, rotate, scaleBy, swapRuns } from './matrix.ts';
import { rotationFor, singular2, smallerSingular2, withSign } from './rotation.ts';

const EPSILON = 2 ** -53;
const TOLERANCE = Math.max(10, Math.min(100, EPSILON ** (-1 / 8))) * EPSILON;

/** A bidiagonal matrix on its way: u · [d, e] · vᴴ stays the same; u and v have one column per diagonal element. */
interface Work {
  readonly d: Float64Array;
  readonly e: Float64Array;
  readonly u: Matrix;
  readonly v: Matrix;
  readonly threshold: number;
}

/**
 * Makes d the singular values in descending order and turns the columns of u and v accordingly. Answers false where it does not converge.
 * A negative value changes the sign in v; a single one in u, as in LAPACK.
 */
export function diagonalize(d: Float64Array, e: Float64Array, u: Matrix, v: Matrix): boolean {
  const work: Work = { d, e, u, v, threshold: negligible(d, e) };
  const converged = iterate(work);
  for (let i = 0; i < d.length; i++) {
    if (!(d[i]! < 0 || Object.is(d[i], -0))) continue;
    d[i] = -d[i]!;
    if (d.length === 1) scaleBy(u.rows, -1, 0, column(u, 0));
    else scaleBy(v.rows, -1, 0, column(v, i));
  }
  sortDescending(d, u, v);
  return converged;
}

/** What an off-diagonal element must exceed to count. */
function negligible(d: Float64Array, e: Float64Array): number {
  let mu = Math.abs(d[0] ?? 0);
  let least = mu;
  for (let i = 1; i < d.length && least !== 0; i++) {
    mu = Math.abs(d[i]!) * (mu / (mu + Math.abs(e[i - 1]!)));
    least = Math.min(least, mu);
  }
  const count = Math.max(d.length, 1);
  return Math.max((TOLERANCE * least) / Math.sqrt(count), 6 * count * count * 2 ** -1022);
}

function iterate(work: Work): boolean {
  const { d, e, threshold } = work;
  let end = d.length - 1;
  let [lastStart, lastEnd] = [-1, -1];
  let down = false;
  let budget = 6 * d.length * d.length + 60;
  while (end > 0) {
    if (budget-- <= 0 || Number.isNaN(d[end]!)) return false;
    let start = end - 1;
    while (start >= 0 && Math.abs(e[start]!) > threshold) start--;
    if (start >= 0) e[start] = 0;
    start++;
    if (start === end) {
      end--;
      continue;
    }
    if (start === end - 1) {
      solvePair(work, start);
      end -= 2;
      continue;
    }
    if (start > lastEnd || end < lastStart) down = Math.abs(d[start]!) < Math.abs(d[end]!);
    [lastStart, lastEnd] = [start, end];
    sweep(work, start, end, down);
  }
  return true;
}

function solvePair({ d, e, u, v }: Work, i: number): void {
  const { small, large, left, right } = singular2(d[i]!, e[i]!, d[i + 1]!);
  d[i] = large;
  d[i + 1] = small;
  e[i] = 0;
  rotate(v.rows, column(v, i), column(v, i + 1), right.c, right.s);
  rotate(u.rows, column(u, i), column(u, i + 1), left.c, left.s);
}

/** One QR step on a block, from its top to its bottom or from the bottom up, which is the same on the block turned about. */
function sweep(work: Work, start: number, end: number, down: boolean): void {
  const { d, e, threshold } = work;
  const at = (i: number): number => (down ? end - i : start + i);
  const edge = (i: number): number => (down ? end - 1 - i : start + i);
  const last = end - start;
  if (Math.abs(e[edge(last - 1)]!) <= TOLERANCE * Math.abs(d[at(last)]!)) {
    e[edge(last - 1)] = 0;
    return;
  }
  let mu = Math.abs(d[at(0)]!);
  let least = mu;
  let most = 0;
  for (let i = 0; i < last; i++) {
    const size = Math.abs(e[edge(i)]!);
    if (size <= TOLERANCE * mu) {
      e[edge(i)] = 0;
      return;
    }
    most = Math.max(most, Math.abs(d[at(i)]!), size);
    mu = Math.abs(d[at(i + 1)]!) * (mu / (mu + size));
    least = Math.min(least, mu);
  }
  most = Math.max(most, Math.abs(d[at(last)]!));
  const shift = shiftFor(work, least / most, at, edge, last);
  if (shift === 0) unshifted(work, at, edge, last, down);
  else shifted(work, at, edge, last, down, shift);
  if (Math.abs(e[edge(last - 1)]!) <= threshold) e[edge(last - 1)] = 0;
}

type Index = (i: number) => number;

function shiftFor({ d, e }: Work, ratio: number, at: Index, edge: Index, last: number): number {
  if (d.length * TOLERANCE * ratio <= Math.max(EPSILON, 0.01 * TOLERANCE)) return 0;
  const [f, h] = [d[at(last - 1)]!, d[at(last)]!];
  const shift = smallerSingular2(f, e[edge(last - 1)]!, h);
  const first = Math.abs(d[at(0)]!);
  return first > 0 && (shift / first) ** 2 < EPSILON ? 0 : shift;
}

/** The first rotation of a step works on v, the second on u; in a block that is turned about it is the other way round. */
function turn(
  work: Work,
  a: number,
  b: number,
  down: boolean,
  first: { c: number; s: number },
  second: { c: number; s: number },
): void {
  const { u, v } = work;
  const [onV, onU] = down ? [second, first] : [first, second];
  rotate(v.rows, column(v, a), column(v, b), onV.c, onV.s);
  rotate(u.rows, column(u, a), column(u, b), onU.c, onU.s);
}

function unshifted(work: Work, at: Index, edge: Index, last: number, down: boolean): void {
  const { d, e } = work;
  let cosine = 1;
  let before = { c: 1, s: 0 };
  for (let i = 0; i < last; i++) {
    const first = rotationFor(d[at(i)]! * cosine, e[edge(i)]!);
    if (i > 0) e[edge(i - 1)] = before.s * first.r;
    const second = rotationFor(before.c * first.r, d[at(i + 1)]! * first.s);
    d[at(i)] = second.r;
    cosine = first.c;
    before = second;
    turn(work, at(i), at(i + 1), down, first, second);
  }
  const h = d[at(last)]! * cosine;
  d[at(last)] = h * before.c;
  e[edge(last - 1)] = h * before.s;
}

function shifted(work: Work, at: Index, edge: Index, last: number, down: boolean, shift: number): void {
  const { d, e } = work;
  const top = d[at(0)]!;
  let f = (Math.abs(top) - shift) * (withSign(1, top) + shift / top);
  let g = e[edge(0)]!;
  for (let i = 0; i < last; i++) {
    const [p, q] = [at(i), at(i + 1)];
    const k = edge(i);
    const first = rotationFor(f, g);
    if (i > 0) e[edge(i - 1)] = first.r;
    f = first.c * d[p]! + first.s * e[k]!;
    e[k] = first.c * e[k]! - first.s * d[p]!;
    g = first.s * d[q]!;
    d[q] = first.c * d[q]!;
    const second = rotationFor(f, g);
    d[p] = second.r;
    f = second.c * e[k]! + second.s * d[q]!;
    d[q] = second.c * d[q]! - second.s * e[k]!;
    if (i < last - 1) {
      g = second.s * e[edge(i + 1)]!;
      e[edge(i + 1)] = second.c * e[edge(i + 1)]!;
    }
    turn(work, p, q, down, first, second);
  }
  e[edge(last - 1)] = f;
}

function sortDescending(d: Float64Array, u: Matrix, v: Matrix): void {
  for (let i = 0; i < d.length; i++) {
    let most = i;
    for (let k = i + 1; k < d.length; k++) if (d[k]! > d[most]!) most = k;
    if (most === i) continue;
    [d[i], d[most]] = [d[most]!, d[i]!];
    swapRuns(u.rows, column(u, i), column(u, most));
    swapRuns(v.rows, column(v, i), column(v, most));
  }
}
