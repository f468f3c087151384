/** Matrices as the decompositions see them: plain arrays, column after column, real and imaginary parts apart. */

export type Floats = Float32Array | Float64Array;

/** Element (i, j) lies at i + j · rows. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly re: Floats;
  /** Null: the matrix is real. */
  readonly im: Floats | null;
}

/** A number that a routine answers with: `im` is 0 of a real one. */
export interface Pair {
  re: number;
  im: number;
}

/** A run of elements: from a position on, so many apart. */
export interface Run {
  readonly of: Matrix;
  readonly start: number;
  readonly step: number;
}

/** A matrix of zeros, in doubles. */
export function zeroMatrix(rows: number, columns: number, complex: boolean): Matrix {
  const size = rows * columns;
  return { rows, columns, re: new Float64Array(size), im: complex ? new Float64Array(size) : null };
}

export function identityMatrix(size: number, complex: boolean, columns = size): Matrix {
  const out = zeroMatrix(size, columns, complex);
  for (let i = 0; i < Math.min(size, columns); i++) out.re[i + i * size] = 1;
  return out;
}

export function copyMatrix(a: Matrix): Matrix {
  return { ...a, re: a.re.slice(), im: a.im?.slice() ?? null };
}

/** The columns from `from` to before `to`, over the same memory. */
export function columnsOf(a: Matrix, from: number, to: number): Matrix {
  const [start, end] = [from * a.rows, to * a.rows];
  return { rows: a.rows, columns: to - from, re: a.re.subarray(start, end), im: a.im?.subarray(start, end) ?? null };
}

/** The conjugate transpose. */
export function adjointMatrix(a: Matrix): Matrix {
  const out = { rows: a.columns, columns: a.rows, re: a.re.slice(), im: a.im?.slice() ?? null };
  for (let j = 0; j < a.columns; j++) {
    for (let i = 0; i < a.rows; i++) {
      out.re[j + i * a.columns] = a.re[i + j * a.rows]!;
      if (out.im !== null) out.im[j + i * a.columns] = -a.im![i + j * a.rows]!;
    }
  }
  return out;
}

export const column = (of: Matrix, j: number, from = 0): Run => ({ of, start: from + j * of.rows, step: 1 });
export const row = (of: Matrix, i: number, from = 0): Run => ({ of, start: i + from * of.rows, step: of.rows });

/** y += a · x, element by element; with `conjugate` of the conjugates of x. */
export function addScaled(count: number, re: number, im: number, x: Run, y: Run, conjugate = false): void {
  const [xr, yr] = [x.of.re, y.of.re];
  const [xi, yi] = [x.of.im, y.of.im];
  const sign = conjugate ? -1 : 1;
  for (let k = 0, p = x.start, q = y.start; k < count; k++, p += x.step, q += y.step) {
    if (yi === null) yr[q] = yr[q]! + re * xr[p]!;
    else {
      const [a, b] = [xr[p]!, xi === null ? 0 : sign * xi[p]!];
      yr[q] = yr[q]! + (re * a - im * b);
      yi[q] = yi[q]! + (re * b + im * a);
    }
  }
}

/** Σ conj(x) · y, or Σ x · y. */
export function dotOf(count: number, x: Run, y: Run, conjugate = true): Pair {
  const [xr, yr] = [x.of.re, y.of.re];
  const [xi, yi] = [x.of.im, y.of.im];
  const sum = { re: 0, im: 0 };
  for (let k = 0, p = x.start, q = y.start; k < count; k++, p += x.step, q += y.step) {
    sum.re += xr[p]! * yr[q]!;
    if (xi === null || yi === null) continue;
    const b = conjugate ? -xi[p]! : xi[p]!;
    sum.re -= b * yi[q]!;
    sum.im += xr[p]! * yi[q]! + b * yr[q]!;
  }
  return sum;
}

/** x *= a. */
export function scaleBy(count: number, re: number, im: number, x: Run): void {
  const { re: xr, im: xi } = x.of;
  for (let k = 0, p = x.start; k < count; k++, p += x.step) {
    if (xi === null) xr[p] = xr[p]! * re;
    else {
      const a = xr[p]!;
      xr[p] = a * re - xi[p]! * im;
      xi[p] = a * im + xi[p]! * re;
    }
  }
}

/** √ Σ |x|², without overflow. */
export function lengthOf(count: number, x: Run): number {
  let largest = 0;
  each(count, x, (value) => {
    largest = Math.max(largest, Math.abs(value));
    if (Number.isNaN(value)) largest = value;
  });
  if (largest === 0 || !Number.isFinite(largest)) return largest;
  let sum = 0;
  each(count, x, (value) => {
    sum += (value / largest) ** 2;
  });
  return largest * Math.sqrt(sum);
}

function each(count: number, x: Run, visit: (value: number) => void): void {
  for (let k = 0, p = x.start; k < count; k++, p += x.step) {
    visit(x.of.re[p]!);
    if (x.of.im !== null) visit(x.of.im[p]!);
  }
}

export function swapRuns(count: number, x: Run, y: Run): void {
  for (const part of ['re', 'im'] as const) {
    const [a, b] = [x.of[part], y.of[part]];
    if (a === null || b === null) continue;
    for (let k = 0, p = x.start, q = y.start; k < count; k++, p += x.step, q += y.step) {
      const kept = a[p]!;
      a[p] = b[q]!;
      b[q] = kept;
    }
  }
}

/** [x, y] becomes [c x + s y, c y − s x], with a real plane rotation. */
export function rotate(count: number, x: Run, y: Run, c: number, s: number): void {
  for (const part of ['re', 'im'] as const) {
    const [a, b] = [x.of[part], y.of[part]];
    if (a === null || b === null) continue;
    for (let k = 0, p = x.start, q = y.start; k < count; k++, p += x.step, q += y.step) {
      const [u, v] = [a[p]!, b[q]!];
      a[p] = c * u + s * v;
      b[q] = c * v - s * u;
    }
  }
}

/** a · b. */
export function timesMatrix(a: Matrix, b: Matrix): Matrix {
  const out = zeroMatrix(a.rows, b.columns, a.im !== null || b.im !== null);
  for (let j = 0; j < b.columns; j++) {
    for (let k = 0; k < a.columns; k++) {
      const at = k + j * b.rows;
      addScaled(a.rows, b.re[at]!, b.im?.[at] ?? 0, column(a, k), column(out, j));
    }
  }
  return out;
}

/** x / y of complex numbers (Smith 1962). */
export function quotient(xRe: number, xIm: number, yRe: number, yIm: number): Pair {
  if (yIm === 0) return { re: xRe / yRe, im: xIm / yRe };
  if (Math.abs(yRe) >= Math.abs(yIm)) {
    const ratio = yIm / yRe;
    const scale = yRe + yIm * ratio;
    return { re: (xRe + xIm * ratio) / scale, im: (xIm - xRe * ratio) / scale };
  }
  const ratio = yRe / yIm;
  const scale = yRe * ratio + yIm;
  return { re: (xRe * ratio + xIm) / scale, im: (xIm * ratio - xRe) / scale };
}
