/** The error function and its kin. Sources: Abramowitz & Stegun (1964), chapter 7. */

const ROOT_PI = Math.sqrt(Math.PI);

/** Where the series stops and the continued fraction begins. */
const NEAR = 2.5;

/** erf x by its Taylor series near 0 (A&S 7.1.5), by the continued fraction of erfc beyond. */
export function erf(x: number): number {
  if (Number.isNaN(x)) return x;
  const size = Math.abs(x);
  if (size > 6) return Math.sign(x);
  return size < NEAR ? series(x) : Math.sign(x) * (1 - Math.exp(-size * size) * fraction(size));
}

function series(x: number): number {
  const square = -x * x;
  let term = x;
  let total = x;
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(total); n++) {
    term *= square / n;
    total += term / (2 * n + 1);
  }
  return (2 / ROOT_PI) * total;
}

/** e^(x²) erfc x for x ≥ 2.5 (A&S 7.1.14). */
function fraction(x: number): number {
  if (x > 1e8) return 1 / (x * ROOT_PI);
  let rest = 0;
  for (let n = 80; n > 0; n--) rest = n / 2 / (x + rest);
  return 1 / ((x + rest) * ROOT_PI);
}

/** 1 − erf x, without the cancellation. */
export function erfc(x: number): number {
  if (x < NEAR) return 1 - erf(x);
  return Number.isNaN(x) ? x : Math.exp(-x * x) * fraction(x);
}

/** e^(x²) erfc x. The square is rounded to the operands' precision, of which the exponential makes much on the left. */
export function erfcx(x: number, round: (value: number) => number = (value) => value): number {
  if (Number.isNaN(x)) return x;
  if (x >= NEAR) return fraction(x);
  if (x > -NEAR) return Math.exp(x * x) * erfc(x);
  return 2 * Math.exp(round(x * x)) - erfcx(-x);
}

/** The y for which erf y = x; infinite at ±1, nan beyond. */
export function erfinv(x: number): number {
  const size = Math.abs(x);
  if (!(size <= 1)) return Number.NaN;
  if (size > 0.5) return Math.sign(x) * erfcinv(1 - size);
  let y = startOf(Math.log1p(-size * size));
  for (let k = 0; k < 3; k++) y -= (series(y) - size) / ((2 / ROOT_PI) * Math.exp(-y * y));
  return Math.sign(x) * y;
}

/** The y > 0 for which erfc y = q, 0 ≤ q ≤ 1, by Newton's method on the logarithm, which is nearly a parabola. */
function erfcinv(q: number): number {
  if (q === 0) return Number.POSITIVE_INFINITY;
  let y = startOf(Math.log(q) + Math.log(2 - q));
  const target = Math.log(q);
  for (let k = 0; k < 5; k++) {
    const scaled = erfcx(y);
    y += ((Math.log(scaled) - y * y - target) * ROOT_PI * scaled) / 2;
  }
  return y;
}

/** A first guess from ln(1 − x²) (S. Winitzki, "A handy approximation for the error function and its inverse", 2008). */
function startOf(log: number): number {
  const a = 0.147;
  const half = 2 / (Math.PI * a) + log / 2;
  return Math.sqrt(Math.sqrt(half * half - log / a) - half);
}

/** The quantile of the normal distribution: the x for which ndtr x = p. Nan outside [0, 1]. */
export function ndtri(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  return p < 0.25 ? -Math.SQRT2 * erfcinv(2 * p) : Math.SQRT2 * erfinv(2 * p - 1);
}

/** ln of the normal distribution function. */
export function logNdtr(x: number): number {
  if (x < -1) return Math.log(erfcx(-x * Math.SQRT1_2) / 2) - (x * x) / 2;
  return Math.log1p(-erfc(x * Math.SQRT1_2) / 2);
}
