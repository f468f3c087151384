/** Bessel functions of orders 0 and 1; nan at infinity, as in PyTorch. Sources: Abramowitz & Stegun (1964), chapter 9. */

/** Euler's constant. */
const GAMMA = 0.5772156649015329;

/** From here on Hankel's asymptotic series are exact to double precision. */
const FAR = 25;

/** J₀(x) … J₁(x) and the sums that Y is made of, by Miller's backward recurrence (A&S 9.12, example 1). */
interface Sequence {
  readonly j0: number;
  readonly j1: number;
  /** Σ (−1)ᵏ J₂ₖ / k. */
  readonly even: number;
  /** Σ (−1)ᵏ (2k + 1) J₂ₖ₊₁ / (k (k + 1)). */
  readonly odd: number;
}

const START = 80;

/** For 0 < x < 25. Normalised by J₀ + 2 Σ J₂ₖ = 1. */
function miller(x: number): Sequence {
  let [above, here] = [0, 1e-300];
  let [norm, even, odd] = [0, 0, 0];
  for (let n = START; n > 0; n--) {
    const k = n >> 1;
    const sign = k % 2 === 0 ? 1 : -1;
    if (n % 2 === 0) {
      norm += 2 * here;
      even += (sign * here) / k;
    } else if (n > 1) odd += (sign * n * here) / (k * (k + 1));
    [above, here] = [here, ((2 * n) / x) * here - above];
    if (Math.abs(here) > 1e200) {
      [above, here, norm, even, odd] = [above, here, norm, even, odd].map((value) => value * 1e-200) as Five;
    }
  }
  norm += here;
  return { j0: here / norm, j1: above / norm, even: even / norm, odd: odd / norm };
}
type Five = [number, number, number, number, number];

/** Hankel's P and Q (A&S 9.2.9, 9.2.10), turned: √(2/πx) (P cos χ − Q sin χ) is J, with sines for cosines it is Y. */
function hankel(order: 0 | 1, x: number): { readonly j: number; readonly y: number } {
  const mu = 4 * order * order;
  let term = 1;
  const sums = [1, 0, 0, 0];
  for (let k = 1; k < 40; k++) {
    const factor = (mu - (2 * k - 1) ** 2) / (k * 8 * x);
    if (Math.abs(factor) >= 1) break;
    term *= factor;
    sums[k % 4] = sums[k % 4]! + term;
  }
  const [p, q] = [sums[0]! - sums[2]!, sums[1]! - sums[3]!];
  const size = 1 / Math.sqrt(Math.PI * x);
  const [s, c] = [Math.sin(x), Math.cos(x)];
  // cos(x − π/4) √2 = cos x + sin x, and so on: no rounding of a large angle.
  const [cosine, sine] = order === 0 ? [c + s, s - c] : [s - c, -(s + c)];
  return { j: size * (p * cosine - q * sine), y: size * (p * sine + q * cosine) };
}

export function besselJ0(x: number): number {
  const size = Math.abs(x);
  if (size === 0) return 1;
  return size < FAR ? miller(size).j0 : hankel(0, size).j;
}

export function besselJ1(x: number): number {
  const size = Math.abs(x);
  if (size === 0) return x;
  return Math.sign(x) * (size < FAR ? miller(size).j1 : hankel(1, size).j);
}

/** Neumann's series (A&S 9.1.89). */
export function besselY0(x: number): number {
  const edge = edgeY(x);
  if (edge !== null) return edge;
  if (x >= FAR) return hankel(0, x).y;
  const { j0, even } = miller(x);
  return (2 / Math.PI) * ((Math.log(x / 2) + GAMMA) * j0 - 2 * even);
}

/** Neumann's series (A&S 9.1.88). */
export function besselY1(x: number): number {
  const edge = edgeY(x);
  if (edge !== null) return edge;
  if (x >= FAR) return hankel(1, x).y;
  const { j0, j1, odd } = miller(x);
  return (2 / Math.PI) * (-j0 / x + (Math.log(x / 2) + GAMMA - 1) * j1 - odd);
}

function edgeY(x: number): number | null {
  if (x === 0) return Number.NEGATIVE_INFINITY;
  return x > 0 ? null : Number.NaN;
}

/** sin x / x. */
export function sphericalJ0(x: number): number {
  if (Math.abs(x) === Number.POSITIVE_INFINITY) return 0;
  return Math.abs(x) < 1e-8 ? 1 : Math.sin(x) / x;
}
