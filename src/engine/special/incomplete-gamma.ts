/** The regularised incomplete gamma functions. Source: Abramowitz & Stegun (1964), 6.5. */
import { lgamma } from './gamma.ts';

/** P(a, x), the lower one. */
export function igamma(a: number, x: number): number {
  const edge = edgeOf(a, x);
  if (edge !== null) return edge;
  return x <= a + 1 ? series(a, x) : 1 - fraction(a, x);
}

/** Q(a, x) = 1 − P(a, x), the upper one. */
export function igammac(a: number, x: number): number {
  const edge = edgeOf(a, x);
  if (edge !== null) return 1 - edge;
  return x <= a + 1 ? 1 - series(a, x) : fraction(a, x);
}

/** P at 0 and at infinity; nan outside its domain. */
function edgeOf(a: number, x: number): number | null {
  if (Number.isNaN(a) || Number.isNaN(x) || a < 0 || x < 0) return Number.NaN;
  if (a === 0) return x > 0 ? 1 : Number.NaN;
  if (x === 0) return 0;
  if (a === Number.POSITIVE_INFINITY) return x === Number.POSITIVE_INFINITY ? Number.NaN : 0;
  return x === Number.POSITIVE_INFINITY ? 1 : null;
}

/** xᵃ e⁻ˣ / Γ(a). */
const weight = (a: number, x: number): number => Math.exp(a * Math.log(x) - x - lgamma(a));

/** Σ xⁿ / (a (a + 1) … (a + n)) (A&S 6.5.29). */
function series(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < 100_000 && term > 1e-17 * sum; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum * weight(a, x);
}

/** The continued fraction of Q (A&S 6.5.31), by Lentz's method. */
function fraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = Number.MAX_VALUE;
  let d = 1 / b;
  let product = d;
  for (let n = 1; n < 100_000; n++) {
    const step = -n * (n - a);
    b += 2;
    d = 1 / nonZero(step * d + b);
    c = nonZero(b + step / c);
    product *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return product * weight(a, x);
}

const nonZero = (value: number): number => (Math.abs(value) < 1e-300 ? 1e-300 : value);
