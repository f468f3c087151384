/** Modified Bessel functions of orders 0 and 1, and those that are scaled by an exponential. Abramowitz & Stegun (1964), 9.6 and 9.7. */

/** Euler's constant. */
const GAMMA = 0.5772156649015329;

/** From here on the asymptotic series is exact to double precision. */
const FAR = 30;

/** e⁻ˣ Iₙ(x) for x ≥ 0: the ascending series (A&S 9.6.10), whose terms are all positive, or the asymptotic one (A&S 9.7.1). */
function scaledI(order: 0 | 1, x: number): number {
  if (x >= FAR) return asymptotic(order, x);
  const square = (x * x) / 4;
  let term = order === 0 ? 1 : x / 2;
  let sum = term;
  for (let k = 1; term > 1e-18 * sum; k++) {
    term *= square / (k * (k + order));
    sum += term;
  }
  return sum * Math.exp(-x);
}

function asymptotic(order: 0 | 1, x: number): number {
  if (x === Number.POSITIVE_INFINITY) return 0;
  const mu = 4 * order * order;
  let term = 1;
  let sum = 1;
  for (let k = 1; k < 50 && Math.abs(term) > 1e-18; k++) {
    term *= -(mu - (2 * k - 1) ** 2) / (k * 8 * x);
    sum += term;
  }
  return sum / Math.sqrt(2 * Math.PI * x);
}

/** eˣ times a factor that is small: in two steps, as eˣ itself may be too large. Nan at infinity, as in PyTorch. */
function unscale(scaled: number, x: number): number {
  const half = Math.exp(x / 2);
  return scaled * half * half;
}

export const i0e = (x: number): number => scaledI(0, Math.abs(x));
export const i1e = (x: number): number => Math.sign(x) * scaledI(1, Math.abs(x));
export const i0 = (x: number): number => unscale(scaledI(0, Math.abs(x)), Math.abs(x));
export const i1 = (x: number): number => Math.sign(x) * unscale(scaledI(1, Math.abs(x)), Math.abs(x));

/**
 * eˣ K_ν(x) = ∫ e^(−x (cosh t − 1)) cosh νt dt over t ≥ 0 (A&S 9.6.24), for x > 0 and any ν. The integrand is smooth and vanishes doubly
 * exponentially, so that the trapezoidal rule is exact to double precision (L. Trefethen and J. Weideman, SIAM Review 56, 2014).
 */
export function scaledK(order: number, x: number): number {
  const step = Math.min(0.2, 0.6 / Math.sqrt(x));
  let sum = 0.5;
  for (let k = 1; ; k++) {
    const t = k * step;
    const half = Math.sinh(t / 2);
    const term = Math.exp(-2 * x * half * half) * Math.cosh(order * t);
    sum += term;
    if (term < 1e-18 * sum) return sum * step;
  }
}

/** The value at 0, below it and at infinity; near 0 where the integral is long. */
function edgeK(order: 0 | 1, x: number): number | null {
  if (x === 0) return Number.POSITIVE_INFINITY;
  if (!(x > 0)) return Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return 0;
  if (x > 1e-9) return null;
  return order === 0 ? -Math.log(x / 2) - GAMMA : 1 / x;
}

export const k0e = (x: number): number => scaledEdge(0, x) ?? scaledK(0, x);
export const k1e = (x: number): number => scaledEdge(1, x) ?? scaledK(1, x);

/** Near 0 the exponential is 1 + x. */
function scaledEdge(order: 0 | 1, x: number): number | null {
  const edge = edgeK(order, x);
  return edge !== null && x < 1 && Number.isFinite(edge) ? edge * (1 + x) : edge;
}

export const k0 = (x: number): number => edgeK(0, x) ?? scaledK(0, x) * Math.exp(-x);
export const k1 = (x: number): number => edgeK(1, x) ?? scaledK(1, x) * Math.exp(-x);
