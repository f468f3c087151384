/** B₂ₖ / (2k)! of the Euler-Maclaurin formula. */
const TERMS = [
  1 / 12,
  -1 / 720,
  1 / 30240,
  -1 / 1209600,
  1 / 47900160,
  -691 / 1307674368000,
  1 / 74724249600,
  -3617 / 10670622842880000,
] as const;

/**
 * Hurwitz's ζ(s, q) = Σ (q + k)⁻ˢ over k ≥ 0, by its first terms and the Euler-Maclaurin formula for the others (Abramowitz & Stegun 23.1.30).
 * Infinite at s = 1 and where a term is; nan for s < 1, and for a negative q to a power that is not whole.
 */
export function zeta(s: number, q: number): number {
  if (s === 1) return Number.POSITIVE_INFINITY;
  if (s < 1) return Number.NaN;
  if (q <= 0) {
    if (q === Math.floor(q)) return Number.POSITIVE_INFINITY;
    if (s !== Math.floor(s)) return Number.NaN;
  }
  if (Number.isNaN(s) || Number.isNaN(q)) return Number.NaN;
  let far = q;
  let sum = 0;
  for (let k = 0; k < 9 || far <= 9; k++, far++) {
    const term = far === 1 ? 1 : far ** -s;
    sum += term;
    if (Math.abs(term) < 1e-17 * Math.abs(sum)) return sum;
  }
  return sum + tail(s, far);
}

/** Σ (far + k)⁻ˢ over k ≥ 0, where far is not small. */
function tail(s: number, far: number): number {
  const power = far ** -s;
  let sum = (power * far) / (s - 1) + power / 2;
  let factor = (s * power) / far;
  for (let k = 0; k < TERMS.length; k++) {
    sum += TERMS[k]! * factor;
    factor *= ((s + 2 * k + 1) * (s + 2 * k + 2)) / (far * far);
  }
  return sum;
}
