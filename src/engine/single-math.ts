/**
 * Elementary functions in single precision as vector code evaluates them: the polynomials of Moshier's Cephes library (logf.c, sinf.c;
 * Methods and Programs for Mathematical Functions, 1989), each step rounded, products that are added to something not (fused multiply-add).
 */
const { fround } = Math;

/** a·b + c, rounded once. The product of two singles is exact in double precision. */
export const fused = (a: number, b: number, c: number): number => fround(a * b + c);

const LOG = [
  7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
  2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
].map(fround);
/** ln 2 in two parts. */
const LN2_LOW = fround(-2.1219444e-4);
const LN2_HIGH = 0.693359375;
const SQRT_HALF = fround(Math.SQRT1_2);

function polynomial(coefficients: readonly number[], x: number): number {
  let y = coefficients[0]!;
  for (let i = 1; i < coefficients.length; i++) y = fused(y, x, coefficients[i]!);
  return y;
}

const cell = new Float32Array(1);
const bits = new Uint32Array(cell.buffer);

/** ln x of a positive normal number: x = m·2ᵉ with m in [√½, √2). */
export function logarithm(value: number): number {
  cell[0] = value;
  let exponent = (bits[0]! >>> 23) - 126;
  bits[0] = (bits[0]! & 0x807fffff) | 0x3f000000;
  const mantissa = cell[0]!;
  let x = fround(mantissa - 1);
  if (mantissa < SQRT_HALF) {
    exponent--;
    x = fround(x + mantissa);
  }
  const z = fround(x * x);
  let y = fround(polynomial(LOG, x) * x);
  y = fused(y, z, fround(exponent * LN2_LOW));
  y = fused(-z, 0.5, y);
  return fused(exponent, LN2_HIGH, fround(x + y));
}

/** An angle as a multiple of π/4 and what remains of it. */
export interface Angle {
  readonly octant: number;
  readonly rest: number;
}

const FOUR_OVER_PI = fround(4 / Math.PI);
/** −π/4 in three parts. */
const QUARTER_PI = [-0.78515625, -2.4187564849853516e-4, -3.774894977445941e-8].map(fround);

/** Of an angle that is not negative. */
export function splitAngle(value: number): Angle {
  const octant = (Math.trunc(fround(value * FOUR_OVER_PI)) + 1) & ~1;
  const rest = QUARTER_PI.reduce((x, part) => fused(octant, part, x), value);
  return { octant, rest };
}

const SINE = [-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1].map(fround);
const COSINE = [2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2].map(fround);

/** On [−π/4, π/4]. */
function sineOfRest(x: number): number {
  const z = fround(x * x);
  return fused(fround(polynomial(SINE, z) * z), x, x);
}

function cosineOfRest(x: number): number {
  const z = fround(x * x);
  const y = fround(polynomial(COSINE, z) * z);
  return fround(fused(y, z, -fround(z * 0.5)) + 1);
}

export function sine({ octant, rest }: Angle): number {
  const size = (octant & 2) === 0 ? sineOfRest(rest) : cosineOfRest(rest);
  return (octant & 4) === 0 ? size : -size;
}

export function cosine({ octant, rest }: Angle): number {
  const size = (octant & 2) === 0 ? cosineOfRest(rest) : sineOfRest(rest);
  return ((octant - 2) & 4) === 0 ? -size : size;
}
