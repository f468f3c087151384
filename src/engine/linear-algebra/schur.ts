/** The Schur form of Hessenberg matrices by QR with shifts. */
import { column, type Matrix, type Pair, quotient, rotate, row } from './matrix.ts';
import { withSign } from './rotation.ts';

const EPSILON = 2 ** -52;
const TINY = 2 ** -1022;

/**
 * Makes h, a real Hessenberg matrix, quasi-triangular and keeps z h zᵀ what it was: blocks of two are pairs of conjugate eigenvalues
 * (Francis 1961; Golub & Van Loan, Matrix Computations, 7.5). Answers false where it does not converge.
 */
export function realSchur(h: Matrix, z: Matrix): boolean {
  const size = h.rows;
  const budget = 30 * Math.max(10, size);
  let end = size - 1;
  while (end >= 0) {
    let start = 0;
    let steps = 0;
    for (; steps <= budget; steps++) {
      start = splitOf(h, end);
      if (start > 0) h.re[start + (start - 1) * size] = 0;
      if (start >= end - 1) break;
      doubleStep(h, z, start, end, steps);
    }
    if (steps > budget) return false;
    if (start === end - 1) standardize(h, z, start);
    end = start - 1;
  }
  return true;
}

const at = (h: Matrix, i: number, j: number): number => h.re[i + j * h.rows]!;

/** The row from which on the block that ends at `end` is not split: the subdiagonal element before it does not count (Ahues & Tisseur 1997). */
function splitOf(h: Matrix, end: number): number {
  for (let k = end; k > 0; k--) {
    const below = Math.abs(at(h, k, k - 1));
    if (below <= TINY * (h.rows / EPSILON)) return k;
    let test = Math.abs(at(h, k - 1, k - 1)) + Math.abs(at(h, k, k));
    if (test === 0) {
      if (k >= 2) test += Math.abs(at(h, k - 1, k - 2));
      if (k + 1 < h.rows) test += Math.abs(at(h, k + 1, k));
    }
    if (below > EPSILON * test) continue;
    const above = Math.abs(at(h, k - 1, k));
    const gap = Math.abs(at(h, k - 1, k - 1) - at(h, k, k));
    const corner = Math.abs(at(h, k, k));
    const [ab, ba] = [Math.max(below, above), Math.min(below, above)];
    const [aa, bb] = [Math.max(corner, gap), Math.min(corner, gap)];
    const sum = aa + ab;
    if (ba * (ab / sum) <= Math.max(TINY, EPSILON * (bb * (aa / sum)))) return k;
  }
  return 0;
}

/** The trailing block whose eigenvalues are the shifts; now and then an exceptional one. */
function shiftBlock(h: Matrix, start: number, end: number, steps: number): [number, number, number, number] {
  if (steps > 0 && steps % 20 === 0) {
    const s = Math.abs(at(h, end, end - 1)) + Math.abs(at(h, end - 1, end - 2));
    const corner = 0.75 * s + at(h, end, end);
    return [corner, -0.4375 * s, s, corner];
  }
  if (steps > 0 && steps % 10 === 0) {
    const s = Math.abs(at(h, start + 1, start)) + Math.abs(at(h, start + 2, start + 1));
    const corner = 0.75 * s + at(h, start, start);
    return [corner, -0.4375 * s, s, corner];
  }
  return [at(h, end - 1, end - 1), at(h, end - 1, end), at(h, end, end - 1), at(h, end, end)];
}

/** The two shifts; real ones are both the one nearer to the corner. */
function shiftsOf([a, b, c, d]: readonly [number, number, number, number]): {
  re1: number;
  im1: number;
  re2: number;
  im2: number;
} {
  const scale = Math.abs(a) + Math.abs(b) + Math.abs(c) + Math.abs(d);
  if (scale === 0) return { re1: 0, im1: 0, re2: 0, im2: 0 };
  const [p, q, r, s] = [a / scale, b / scale, c / scale, d / scale];
  const half = (p + s) / 2;
  const determinant = (p - half) * (s - half) - q * r;
  const root = Math.sqrt(Math.abs(determinant));
  if (determinant >= 0) return { re1: half * scale, im1: root * scale, re2: half * scale, im2: -root * scale };
  const [high, low] = [half + root, half - root];
  const near = (Math.abs(high - s) <= Math.abs(low - s) ? high : low) * scale;
  return { re1: near, im1: 0, re2: near, im2: 0 };
}

function doubleStep(h: Matrix, z: Matrix, start: number, end: number, steps: number): void {
  const size = h.rows;
  const { re1, im1, re2, im2 } = shiftsOf(shiftBlock(h, start, end, steps));
  const v = [0, 0, 0];
  let from = end - 2;
  for (; from >= start; from--) {
    const [corner, below] = [at(h, from, from), at(h, from + 1, from)];
    const s = Math.abs(corner - re2) + Math.abs(im2) + Math.abs(below);
    const scaled = below / s;
    v[0] = scaled * at(h, from, from + 1) + (corner - re1) * ((corner - re2) / s) - im1 * (im2 / s);
    v[1] = scaled * (corner + at(h, from + 1, from + 1) - re1 - re2);
    v[2] = scaled * at(h, from + 2, from + 1);
    const sum = Math.abs(v[0]) + Math.abs(v[1]) + Math.abs(v[2]);
    for (let i = 0; i < 3; i++) v[i] = v[i]! / sum;
    if (from === start) break;
    const small = Math.abs(at(h, from, from - 1)) * (Math.abs(v[1]!) + Math.abs(v[2]!));
    const around = Math.abs(at(h, from - 1, from - 1)) + Math.abs(corner) + Math.abs(at(h, from + 1, from + 1));
    if (small <= EPSILON * Math.abs(v[0]!) * around) break;
  }
  for (let k = from; k < end; k++) {
    const count = Math.min(3, end - k + 1);
    if (k > from) for (let i = 0; i < count; i++) v[i] = at(h, k + i, k - 1);
    const tau = smallReflector(v, count);
    if (k > from) {
      h.re[k + (k - 1) * size] = v[0]!;
      for (let i = 1; i < count; i++) h.re[k + i + (k - 1) * size] = 0;
    } else if (k > start) h.re[k + (k - 1) * size] = at(h, k, k - 1) * (1 - tau);
    applySmall(h, v, tau, count, k, Math.min(k + 3, end));
    applyToColumns(z, v, tau, count, k, z.rows - 1);
  }
}

/** A reflection of two or three elements: writes β and the rest of its vector over v. */
function smallReflector(v: number[], count: number): number {
  const rest = count === 3 ? Math.hypot(v[1]!, v[2]!) : Math.abs(v[1]!);
  if (rest === 0) return 0;
  const alpha = v[0]!;
  const beta = -withSign(Math.hypot(alpha, rest), alpha);
  for (let i = 1; i < count; i++) v[i] = v[i]! / (alpha - beta);
  v[0] = beta;
  return (beta - alpha) / beta;
}

function applySmall(h: Matrix, v: readonly number[], tau: number, count: number, k: number, last: number): void {
  const size = h.rows;
  for (let j = k; j < size; j++) {
    const base = k + j * size;
    let sum = h.re[base]!;
    for (let i = 1; i < count; i++) sum += v[i]! * h.re[base + i]!;
    h.re[base] = h.re[base]! - sum * tau;
    for (let i = 1; i < count; i++) h.re[base + i] = h.re[base + i]! - sum * tau * v[i]!;
  }
  applyToColumns(h, v, tau, count, k, last);
}

function applyToColumns(a: Matrix, v: readonly number[], tau: number, count: number, k: number, last: number): void {
  const size = a.rows;
  for (let i = 0; i <= last; i++) {
    let sum = a.re[i + k * size]!;
    for (let c = 1; c < count; c++) sum += v[c]! * a.re[i + (k + c) * size]!;
    a.re[i + k * size] = a.re[i + k * size]! - sum * tau;
    for (let c = 1; c < count; c++) a.re[i + (k + c) * size] = a.re[i + (k + c) * size]! - sum * tau * v[c]!;
  }
}

/** Turns a block of two so that it is triangular, or has equal diagonal elements and a pair of conjugate eigenvalues. */
function standardize(h: Matrix, z: Matrix, k: number): void {
  const size = h.rows;
  const { c, s, block } = standardBlock(at(h, k, k), at(h, k, k + 1), at(h, k + 1, k), at(h, k + 1, k + 1));
  if (k + 2 < size) rotate(size - k - 2, row(h, k, k + 2), row(h, k + 1, k + 2), c, s);
  rotate(k, column(h, k), column(h, k + 1), c, s);
  rotate(z.rows, column(z, k), column(z, k + 1), c, s);
  [h.re[k + k * size], h.re[k + (k + 1) * size], h.re[k + 1 + k * size], h.re[k + 1 + (k + 1) * size]] = block;
}

interface Standard {
  readonly c: number;
  readonly s: number;
  readonly block: [number, number, number, number];
}

/** LAPACK's `lanv2`: [[a, b], [c, d]] with the rotation that makes it what `standardize` says. */
function standardBlock(a: number, b: number, c: number, d: number): Standard {
  if (c === 0) return { c: 1, s: 0, block: [a, b, c, d] };
  if (b === 0) return { c: 0, s: 1, block: [d, -c, 0, a] };
  if (a - d === 0 && withSign(1, b) !== withSign(1, c)) return { c: 1, s: 0, block: [a, b, c, d] };
  const half = 0.5 * (a - d);
  const most = Math.max(Math.abs(b), Math.abs(c));
  const least = Math.min(Math.abs(b), Math.abs(c)) * withSign(1, b) * withSign(1, c);
  const scale = Math.max(Math.abs(half), most);
  const discriminant = (half / scale) * half + (most / scale) * least;
  if (discriminant >= 4 * EPSILON) {
    const root = half + withSign(Math.sqrt(scale) * Math.sqrt(discriminant), half);
    const tau = Math.hypot(c, root);
    return { c: root / tau, s: c / tau, block: [d + root, b - c, 0, d - (most / root) * least] };
  }
  return equalDiagonal(a, b, c, d);
}

/** Complex eigenvalues, or nearly equal real ones: the diagonal is made equal. */
function equalDiagonal(a: number, b: number, c: number, d: number): Standard {
  const sigma = b + c;
  const tau = Math.hypot(sigma, a - d);
  const cosine = Math.sqrt(0.5 * (1 + Math.abs(sigma) / tau));
  const sine = -((0.5 * (a - d)) / (tau * cosine)) * withSign(1, sigma);
  const [aa, bb, cc, dd] = [
    a * cosine + b * sine,
    -a * sine + b * cosine,
    c * cosine + d * sine,
    -c * sine + d * cosine,
  ];
  const mean = 0.5 * (aa * cosine + cc * sine + (-bb * sine + dd * cosine));
  const [upper, lower] = [bb * cosine + dd * sine, -aa * sine + cc * cosine];
  if (lower === 0 || upper === 0 || withSign(1, upper) !== withSign(1, lower)) {
    if (lower !== 0 && upper === 0) return { c: -sine, s: cosine, block: [mean, -lower, 0, mean] };
    return { c: cosine, s: sine, block: [mean, upper, lower, mean] };
  }
  const [rootUpper, rootLower] = [Math.sqrt(Math.abs(upper)), Math.sqrt(Math.abs(lower))];
  const p = withSign(rootUpper * rootLower, lower);
  const scale = 1 / Math.sqrt(Math.abs(upper + lower));
  const [c1, s1] = [rootUpper * scale, rootLower * scale];
  return {
    c: cosine * c1 - sine * s1,
    s: cosine * s1 + sine * c1,
    block: [mean + p, upper - lower, 0, mean - p],
  };
}

/** Makes h, a complex Hessenberg matrix, triangular and keeps z h zᴴ what it was, by QR with Wilkinson's shifts. */
export function complexSchur(h: Matrix, z: Matrix): boolean {
  const size = h.rows;
  const budget = 30 * Math.max(10, size);
  for (let end = size - 1; end > 0; ) {
    let steps = 0;
    let start = 0;
    for (; steps <= budget; steps++) {
      start = complexSplit(h, end);
      if (start > 0) setPair(h, start, start - 1, { re: 0, im: 0 });
      if (start >= end) break;
      singleStep(h, z, start, end, complexShift(h, start, end, steps));
    }
    if (steps > budget) return false;
    end = start - 1;
  }
  return true;
}

const pairAt = (h: Matrix, i: number, j: number): Pair => ({ re: h.re[i + j * h.rows]!, im: h.im![i + j * h.rows]! });
const setPair = (h: Matrix, i: number, j: number, { re, im }: Pair): void => {
  h.re[i + j * h.rows] = re;
  h.im![i + j * h.rows] = im;
};
const sizeAt = (h: Matrix, i: number, j: number): number =>
  Math.abs(h.re[i + j * h.rows]!) + Math.abs(h.im![i + j * h.rows]!);

function complexSplit(h: Matrix, end: number): number {
  for (let k = end; k > 0; k--) {
    const below = sizeAt(h, k, k - 1);
    if (below <= TINY * (h.rows / EPSILON)) return k;
    if (below <= EPSILON * (sizeAt(h, k - 1, k - 1) + sizeAt(h, k, k))) return k;
  }
  return 0;
}

/** The eigenvalue of the trailing block of two that is nearer to its corner. */
function complexShift(h: Matrix, start: number, end: number, steps: number): Pair {
  const corner = pairAt(h, end, end);
  if (steps > 0 && steps % 20 === 0)
    return { re: corner.re + 0.75 * Math.abs(pairAt(h, end, end - 1).re), im: corner.im };
  if (steps > 0 && steps % 10 === 0) {
    const first = pairAt(h, start, start);
    return { re: first.re + 0.75 * Math.abs(pairAt(h, start + 1, start).re), im: first.im };
  }
  const u = times(squareRoot(pairAt(h, end - 1, end)), squareRoot(pairAt(h, end, end - 1)));
  if (u.re === 0 && u.im === 0) return corner;
  const before = pairAt(h, end - 1, end - 1);
  const x = { re: 0.5 * (before.re - corner.re), im: 0.5 * (before.im - corner.im) };
  const square = times(x, x);
  const product = times(u, u);
  let y = squareRoot({ re: square.re + product.re, im: square.im + product.im });
  if (x.re * y.re + x.im * y.im < 0) y = { re: -y.re, im: -y.im };
  const step = times(u, quotient(u.re, u.im, x.re + y.re, x.im + y.im));
  return { re: corner.re - step.re, im: corner.im - step.im };
}

const times = (x: Pair, y: Pair): Pair => ({ re: x.re * y.re - x.im * y.im, im: x.re * y.im + x.im * y.re });

function squareRoot({ re, im }: Pair): Pair {
  const size = Math.hypot(re, im);
  const root = Math.sqrt((size + Math.abs(re)) / 2);
  if (root === 0) return { re: 0, im: 0 };
  return re >= 0 ? { re: root, im: im / (2 * root) } : { re: Math.abs(im) / (2 * root), im: withSign(root, im) };
}

/** One step with Givens rotations: h − shift = Q R, then R Q + shift, chased down the subdiagonal. */
function singleStep(h: Matrix, z: Matrix, start: number, end: number, shift: Pair): void {
  const size = h.rows;
  const first = pairAt(h, start, start);
  let f: Pair = { re: first.re - shift.re, im: first.im - shift.im };
  let g = pairAt(h, start + 1, start);
  for (let k = start; k < end; k++) {
    if (k > start) [f, g] = [pairAt(h, k, k - 1), pairAt(h, k + 1, k - 1)];
    const { c, s } = complexRotation(f, g);
    turnRows(h, k, c, s, k > start ? k - 1 : k, size);
    turnColumns(h, k, c, s, Math.min(k + 2, end) + 1);
    turnColumns(z, k, c, s, z.rows);
    if (k > start) setPair(h, k + 1, k - 1, { re: 0, im: 0 });
  }
}

/** c f + s g = r, c g − conj(s) f = 0, with real c. */
function complexRotation(f: Pair, g: Pair): { c: number; s: Pair } {
  const [fSize, gSize] = [Math.hypot(f.re, f.im), Math.hypot(g.re, g.im)];
  if (gSize === 0) return { c: 1, s: { re: 0, im: 0 } };
  if (fSize === 0) return { c: 0, s: { re: g.re / gSize, im: -g.im / gSize } };
  const norm = Math.hypot(fSize, gSize);
  const phase = { re: f.re / fSize, im: f.im / fSize };
  return { c: fSize / norm, s: times(phase, { re: g.re / norm, im: -g.im / norm }) };
}

/** Rows k and k + 1: [c x + s y, c y − conj(s) x]. */
function turnRows(h: Matrix, k: number, c: number, s: Pair, from: number, to: number): void {
  for (let j = from; j < to; j++) {
    const [x, y] = [pairAt(h, k, j), pairAt(h, k + 1, j)];
    const [sy, sx] = [times(s, y), times({ re: s.re, im: -s.im }, x)];
    setPair(h, k, j, { re: c * x.re + sy.re, im: c * x.im + sy.im });
    setPair(h, k + 1, j, { re: c * y.re - sx.re, im: c * y.im - sx.im });
  }
}

/** Columns k and k + 1, by the adjoint of the same rotation. */
function turnColumns(h: Matrix, k: number, c: number, s: Pair, rows: number): void {
  for (let i = 0; i < rows; i++) {
    const [x, y] = [pairAt(h, i, k), pairAt(h, i, k + 1)];
    const [sy, sx] = [times({ re: s.re, im: -s.im }, y), times(s, x)];
    setPair(h, i, k, { re: c * x.re + sy.re, im: c * x.im + sy.im });
    setPair(h, i, k + 1, { re: c * y.re - sx.re, im: c * y.im - sx.im });
  }
}
