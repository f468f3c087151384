/** The gamma function's logarithm and that logarithm's derivatives. Sources: Abramowitz & Stegun (1964), chapter 6. */
import { zeta } from './zeta.ts';

const HALF_LOG_2_PI = 0.5 * Math.log(2 * Math.PI);

/** From here on the asymptotic series below are exact to double precision. */
const FAR = 10;

/** sin πx, from the rest of x by 2: exact zeros at the integers. */
export function sinPi(x: number): number {
  const rest = x % 2;
  const [sign, size] = rest < 0 ? [-1, -rest] : [1, rest];
  if (size === 0 || size === 1) return 0;
  const folded = size > 1 ? size - 1 : size;
  return (size > 1 ? -sign : sign) * Math.sin(Math.PI * (folded > 0.5 ? 1 - folded : folded));
}

/** Coefficients B₂ₖ / (2k (2k − 1)) of Stirling's series (A&S 6.1.41). */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156, -3617 / 122400] as const;

/** ln|Γ(x)|; infinity at 0 and the negative integers. */
export function lgamma(x: number): number {
  if (Number.isNaN(x)) return x;
  if (!Number.isFinite(x)) return Number.POSITIVE_INFINITY;
  if (x === 1 || x === 2) return 0;
  if (x > 0) return x < 0.5 ? lgamma(x + 1) - Math.log(x) : lgammaRight(x);
  const sine = Math.abs(sinPi(x));
  return sine === 0 ? Number.POSITIVE_INFINITY : Math.log(Math.PI / sine) - lgamma(1 - x);
}

/** Stirling's series, which the recurrence Γ(x + 1) = x Γ(x) leads to. */
function lgammaRight(x: number): number {
  let product = 1;
  let far = x;
  for (; far < FAR; far++) product *= far;
  const square = 1 / (far * far);
  let tail = 0;
  for (let k = STIRLING.length - 1; k >= 0; k--) tail = tail * square + STIRLING[k]!;
  return (far - 0.5) * Math.log(far) - far + HALF_LOG_2_PI + tail / far - Math.log(product);
}

/** Coefficients −B₂ₖ / 2k of the series of ψ (A&S 6.3.18). */
const PSI = [-1 / 12, 1 / 120, -1 / 252, 1 / 240, -1 / 132, 691 / 32760, -1 / 12, 3617 / 8160] as const;

/** ψ(x), the derivative of ln Γ. At 0 an infinity of the opposite sign, nan at the negative integers. */
export function digamma(x: number): number {
  if (x === 0) return Object.is(x, -0) ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  if (x === Number.POSITIVE_INFINITY) return x;
  if (x > 0) return digammaRight(x);
  if (Number.isInteger(x) || !Number.isFinite(x)) return Number.NaN;
  return digammaRight(1 - x) - Math.PI / Math.tan(Math.PI * (x % 1));
}

function digammaRight(x: number): number {
  let result = 0;
  let far = x;
  for (; far < FAR; far++) result -= 1 / far;
  const square = 1 / (far * far);
  let tail = 0;
  for (let k = PSI.length - 1; k >= 0; k--) tail = (tail + PSI[k]!) * square;
  return result + Math.log(far) - 0.5 / far + tail;
}

/**
 * ψ′(x) by reflection on the left (A&S 6.4.7), by ζ(2, x) on the right. `round` is the operands' precision: PyTorch rounds πx before it
 * takes the sine, which decides what comes out at the poles.
 */
export function trigamma(x: number, round: (value: number) => number): number {
  if (x === Number.POSITIVE_INFINITY) return 0;
  if (x >= 0.5 || Number.isNaN(x)) return zeta(2, x);
  const sine = round(Math.sin(round(round(Math.PI) * x)));
  const reflected = round(round(Math.PI * Math.PI) / round(sine * sine));
  return reflected - zeta(2, 1 - x);
}

/** ψ⁽ⁿ⁾(x) = (−1)ⁿ⁺¹ n! ζ(n + 1, x) (A&S 6.4.10). */
export function polygamma(n: number, x: number, round: (value: number) => number): number {
  if (n === 0) return digamma(x);
  if (n === 1) return trigamma(x, round);
  return (n % 2 === 1 ? 1 : -1) * Math.exp(lgamma(n + 1)) * zeta(n + 1, x);
}
