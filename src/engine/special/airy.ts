/** Airy's function Ai. Source: Abramowitz & Stegun (1964), 10.4. */
import { scaledK } from './modified-bessel.ts';

/** Ai(0) and −Ai′(0). */
const AT_ZERO = 0.3550280538878172;
const SLOPE = 0.2588194037928068;

/** Below this the oscillations are described by their asymptotic series. */
const FAR = -7;

/** Ai(x): the Maclaurin series near 0 (A&S 10.4.2), a Bessel function on the right (A&S 10.4.14), waves on the left. Nan at infinity. */
export function airyAi(x: number): number {
  if (!Number.isFinite(x)) return Number.NaN;
  if (x < FAR) return waves(-x);
  if (x <= 1) return maclaurin(x);
  const arc = (2 / 3) * x * Math.sqrt(x);
  return (Math.sqrt(x / 3) / Math.PI) * scaledK(1 / 3, arc) * Math.exp(-arc);
}

function maclaurin(x: number): number {
  const cube = x * x * x;
  let [f, g] = [1, x];
  let [first, second] = [f, g];
  for (let k = 1; k < 100 && Math.abs(f) + Math.abs(g) > 1e-20; k++) {
    f *= cube / ((3 * k - 1) * 3 * k);
    g *= cube / (3 * k * (3 * k + 1));
    first += f;
    second += g;
  }
  return AT_ZERO * first - SLOPE * second;
}

/** Ai(−x) for large x (A&S 10.4.60). */
function waves(x: number): number {
  const arc = (2 / 3) * x * Math.sqrt(x);
  const sums = [1, 0, 0, 0];
  let term = 1;
  for (let k = 1; k < 40; k++) {
    const factor = ((6 * k - 5) * (6 * k - 3) * (6 * k - 1)) / (216 * k * (2 * k - 1) * arc);
    if (factor >= 1) break;
    term *= factor;
    sums[k % 4] = sums[k % 4]! + term;
  }
  const [even, odd] = [sums[0]! - sums[2]!, sums[1]! - sums[3]!];
  const angle = arc + Math.PI / 4;
  return (Math.sin(angle) * even - Math.cos(angle) * odd) / (Math.sqrt(Math.PI) * x ** 0.25);
}
