/**
 * Elementary functions of a complex number x + iy. Each leaves its result in `z`: no object per element.
 * Branch cuts and formulas: W. Kahan, "Branch Cuts for Complex Elementary Functions" (1987).
 */

/** Where complex functions leave their result. */
export const z = { re: 0, im: 0 };

/** A complex function of one number, or of two (re, im each). */
export type UnaryComplex = (re: number, im: number) => void;
export type BinaryComplex = (xRe: number, xIm: number, yRe: number, yIm: number) => void;

function set(re: number, im: number): void {
  z.re = re;
  z.im = im;
}

export function exp(x: number, y: number): void {
  const size = Math.exp(x);
  if (y === 0) set(size, y);
  else set(size * Math.cos(y), size * Math.sin(y));
}

/** ln|z| by log1p where |z| is near 1, where the logarithm of the rounded size would lose its digits. */
function logSize(x: number, y: number): number {
  const [large, small] = Math.abs(x) > Math.abs(y) ? [Math.abs(x), Math.abs(y)] : [Math.abs(y), Math.abs(x)];
  if (large > 0.5 && large < 1.5) return 0.5 * Math.log1p((large - 1) * (large + 1) + small * small);
  return Math.log(Math.hypot(x, y));
}

export const log = (x: number, y: number): void => set(logSize(x, y), Math.atan2(y, x));

export function log2(x: number, y: number): void {
  set(logSize(x, y) / Math.LN2, Math.atan2(y, x) / Math.LN2);
}

export function log10(x: number, y: number): void {
  set(logSize(x, y) / Math.LN10, Math.atan2(y, x) / Math.LN10);
}

export function sqrt(x: number, y: number): void {
  if (x === 0 && y === 0) set(0, y);
  else if (x >= 0) {
    const t = Math.sqrt((x + Math.hypot(x, y)) / 2);
    set(t, y / (2 * t));
  } else {
    const t = Math.sqrt((Math.hypot(x, y) - x) / 2);
    set(Math.abs(y) / (2 * t), y < 0 || Object.is(y, -0) ? -t : t);
  }
}

/** (a + ib) / (c + id) by Smith's method: scaled by the larger part of the divisor. */
export function divide(a: number, b: number, c: number, d: number): void {
  const scale = 1 / Math.max(Math.abs(c), Math.abs(d));
  const [p, q, r, s] = [a * scale, b * scale, c * scale, d * scale];
  const size = r * r + s * s;
  set((p * r + q * s) / size, (q * r - p * s) / size);
}

export const multiply = (a: number, b: number, c: number, d: number): void => set(a * c - b * d, a * d + b * c);
export const reciprocal = (x: number, y: number): void => divide(1, 0, x, y);

export function rsqrt(x: number, y: number): void {
  sqrt(x, y);
  reciprocal(z.re, z.im);
}

export function sigmoid(x: number, y: number): void {
  exp(-x, -y);
  reciprocal(1 + z.re, z.im);
}

export const sin = (x: number, y: number): void =>
  set(Math.sin(x) * Math.cosh(y), y === 0 ? y : Math.cos(x) * Math.sinh(y));
export const cos = (x: number, y: number): void =>
  set(Math.cos(x) * Math.cosh(y), y === 0 ? -y : -Math.sin(x) * Math.sinh(y));

/** tan z = (sin 2x + i sinh 2y) / (cos 2x + cosh 2y), which is ±i to all digits where y is large. */
export function tan(x: number, y: number): void {
  if (Math.abs(y) > 20) set(4 * Math.sin(x) * Math.cos(x) * Math.exp(-2 * Math.abs(y)), Math.sign(y));
  else {
    const tangent = Math.tan(x);
    const s = Math.sinh(y);
    const beta = 1 + tangent * tangent;
    const size = 1 + beta * s * s;
    set(tangent / size, (beta * s * Math.sqrt(1 + s * s)) / size);
  }
}

export const sinh = (x: number, y: number): void => rotated(sin, x, y);
export const cosh = (x: number, y: number): void => cos(-y, x);
export const tanh = (x: number, y: number): void => rotated(tan, x, y);

/** -i f(iz): the hyperbolic function of a circular one. */
function rotated(f: UnaryComplex, x: number, y: number): void {
  f(-y, x);
  set(z.im, -z.re);
}

/** √(1 − z) and √(1 + z), or √(z − 1) in place of the first. */
function roots(x: number, y: number, sign: 1 | -1): readonly [number, number, number, number] {
  sqrt(sign * (1 - x), -sign * y);
  const { re, im } = z;
  sqrt(1 + x, y);
  return [re, im, z.re, z.im];
}

export function asin(x: number, y: number): void {
  const [a, b, c, d] = roots(x, y, 1);
  set(Math.atan2(x, a * c - b * d), Math.asinh(a * d - b * c));
}

export function acos(x: number, y: number): void {
  const [a, b, c, d] = roots(x, y, 1);
  set(2 * Math.atan2(a, c), Math.asinh(c * b - d * a));
}

export function acosh(x: number, y: number): void {
  const [a, b, c, d] = roots(x, y, -1);
  set(Math.asinh(a * c + b * d), 2 * Math.atan2(b, c));
}

export const asinh = (x: number, y: number): void => rotated(asin, x, y);
export const atan = (x: number, y: number): void => rotated(atanh, x, y);

export function atanh(x: number, y: number): void {
  const re = 0.25 * Math.log1p((4 * x) / ((1 - x) * (1 - x) + y * y));
  set(re, 0.5 * Math.atan2(2 * y, (1 - x) * (1 + x) - y * y));
}

/** sin z / z; 1 at 0. */
export function sinc(x: number, y: number): void {
  sin(x, y);
  if (x === 0 && y === 0) set(1, 0);
  else divide(z.re, z.im, x, y);
}

/** |z|² − 1. */
function excess(x: number, y: number, round: (value: number) => number): number {
  const [large, small] = [Math.max(Math.abs(x), Math.abs(y)), Math.min(Math.abs(x), Math.abs(y))];
  // From ½ to 1 C's function is exact to the last bit, above 1 it rounds each step.
  if (large < 1) return round((large - 1) * (large + 1) + small * small);
  return round(round(round(large - 1) * round(large + 1)) + round(small * small));
}

/** Where C's logarithm is computed from |z|² − 1. */
function isNearOne(x: number, y: number): boolean {
  const [large, small] = [Math.max(Math.abs(x), Math.abs(y)), Math.min(Math.abs(x), Math.abs(y))];
  return large > 1 ? large < 2 && small < 1 : large >= 0.5 && large * large + small * small >= 0.5;
}

/**
 * x^y = exp(y ln x), the principal value, with C's answers at x = 0: nan where the logarithm is. Rounded after each step, as what is
 * computed in single precision is: the exponential makes much of it.
 */
export function power(xRe: number, xIm: number, yRe: number, yIm: number, round: (value: number) => number): void {
  const size = round(Math.hypot(xRe, xIm));
  const a = round(isNearOne(xRe, xIm) ? 0.5 * round(Math.log1p(excess(xRe, xIm, round))) : Math.log(size));
  const b = round(Math.atan2(xIm, xRe));
  const [re, im] = [round(round(a * yRe) - round(b * yIm)), round(round(a * yIm) + round(b * yRe))];
  const length = round(Math.exp(re));
  set(length * round(Math.cos(im)), length * round(Math.sin(im)));
}
