import { diagonalize } from './bidiagonal.ts';
import { factorQr, orthogonalOf, reflectLeft, reflector, reflectRight } from './householder.ts';
import {
  adjointMatrix,
  column,
  columnsOf,
  copyMatrix,
  identityMatrix,
  type Matrix,
  type Pair,
  type Run,
  row,
  timesMatrix,
  zeroMatrix,
} from './matrix.ts';

/** a = u · diag(s) · vᴴ, s descending. */
export interface Svd {
  readonly u: Matrix;
  readonly s: Float64Array;
  readonly v: Matrix;
  readonly converged: boolean;
}

/**
 * Singular values by reduction to a bidiagonal matrix (Golub & Kahan 1965), after a QR where there are many more rows than columns
 * (Chan 1982). `full`: u and v are square.
 */
export function singularValues(a: Matrix, full: boolean): Svd {
  if (a.rows < a.columns) {
    if (a.columns >= Math.floor((a.rows * 11) / 6)) return afterLq(a, full);
    const { u, s, v, converged } = singularValues(adjointMatrix(a), full);
    return { u: v, s, v: u, converged };
  }
  const { rows, columns } = a;
  if (rows > columns && rows >= Math.floor((columns * 11) / 6)) return afterQr(a, full);
  const width = full ? rows : columns;
  const { d, e, left, right, work } = bidiagonalize(copyMatrix(a));
  const u = orthogonalOf(work, left, width);
  const v = identityMatrix(columns, a.im !== null);
  for (let k = right.length - 1; k >= 0; k--) {
    const run = row(work, k, k + 1);
    conjugate(run, columns - k - 1);
    reflectLeft(run, columns - k - 1, right[k]!, v, k + 1, k + 1, columns, false);
  }
  const converged = diagonalize(d, e, columnsOf(u, 0, columns), v);
  return { u, s: d, v, converged };
}

/** a = Rᴴ Qᴴ of its adjoint's QR: Rᴴ is decomposed, not R, so that the signs are LAPACK's. */
function afterLq(a: Matrix, full: boolean): Svd {
  const { rows, columns } = a;
  const work = adjointMatrix(a);
  const taus = factorQr(work);
  const q = orthogonalOf(work, taus, full ? columns : rows);
  const inner = singularValues(adjointMatrix(upperOf(work, rows)), false);
  return { ...inner, v: withFirst(q, timesMatrix(columnsOf(q, 0, rows), inner.v)) };
}

function afterQr(a: Matrix, full: boolean): Svd {
  const { rows, columns } = a;
  const work = copyMatrix(a);
  const taus = factorQr(work);
  const q = orthogonalOf(work, taus, full ? rows : columns);
  const inner = singularValues(upperOf(work, columns), false);
  return { ...inner, u: withFirst(q, timesMatrix(columnsOf(q, 0, columns), inner.u)) };
}

/** The matrix with other first columns. */
function withFirst(a: Matrix, first: Matrix): Matrix {
  const out = copyMatrix(a);
  out.re.set(first.re);
  if (first.im !== null) out.im!.set(first.im);
  return out;
}

/** The upper triangle of the first rows. */
export function upperOf(a: Matrix, rows: number): Matrix {
  const out = zeroMatrix(rows, a.columns, a.im !== null);
  for (let j = 0; j < a.columns; j++) {
    for (let i = 0; i <= Math.min(j, rows - 1); i++) {
      out.re[i + j * rows] = a.re[i + j * a.rows]!;
      if (out.im !== null) out.im[i + j * rows] = a.im![i + j * a.rows]!;
    }
  }
  return out;
}

interface Bidiagonal {
  readonly d: Float64Array;
  readonly e: Float64Array;
  readonly left: Pair[];
  readonly right: Pair[];
  readonly work: Matrix;
}

/** Reflections from the left make columns, from the right rows, of zeros; the rows' vectors are left conjugated. */
function bidiagonalize(work: Matrix): Bidiagonal {
  const { rows, columns } = work;
  const [d, e] = [new Float64Array(columns), new Float64Array(Math.max(columns - 1, 0))];
  const [left, right]: [Pair[], Pair[]] = [[], []];
  for (let k = 0; k < columns; k++) {
    const v = column(work, k, k);
    const tau = reflector(rows - k, v);
    left.push(tau);
    d[k] = work.re[k + k * rows]!;
    reflectLeft(v, rows - k, tau, work, k, k + 1, columns, true);
    if (k >= columns - 1) continue;
    const run = row(work, k, k + 1);
    const count = columns - k - 1;
    conjugate(run, count);
    const other = reflector(count, run);
    right.push(other);
    e[k] = work.re[run.start]!;
    reflectRight(run, count, other, work, k + 1, k + 1, false);
    conjugate(run, count);
  }
  return { d, e, left, right, work };
}

function conjugate(run: Run, count: number): void {
  const { im } = run.of;
  if (im === null) return;
  for (let k = 0, p = run.start; k < count; k++, p += run.step) im[p] = -im[p]!;
}
