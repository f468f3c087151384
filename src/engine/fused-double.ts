/** Fused multiply-add in double precision, which JavaScript does not have. */

const SPLITTER = 2 ** 27 + 1;
const cell = new Float64Array(1);
const words = new BigInt64Array(cell.buffer);

/**
 * a·b + c, rounded once, of numbers whose products do not underflow. The product and the sum are made exact by Dekker's and
 * Knuth's error terms, and those added with rounding to odd (Boldo & Melquiond, Emulation of FMA and correctly rounded sums, 2008).
 */
export function fusedDouble(a: number, b: number, c: number): number {
  const product = a * b;
  const productError = errorOfProduct(a, b, product);
  const low = c + productError;
  const lowError = errorOfSum(c, productError, low);
  const sum = product + low;
  const result = sum + toOdd(errorOfSum(product, low, sum), lowError);
  return Number.isFinite(result) ? result : product + c;
}

function errorOfProduct(a: number, b: number, product: number): number {
  const [aHigh, bHigh] = [high(a), high(b)];
  const [aLow, bLow] = [a - aHigh, b - bHigh];
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

/** The upper half of the fraction's bits. */
function high(value: number): number {
  const scaled = value * SPLITTER;
  return scaled - (scaled - value);
}

function errorOfSum(a: number, b: number, sum: number): number {
  const rest = sum - a;
  return a - (sum - rest) + (b - rest);
}

/** a + b; where it is not exact, the neighbour whose last bit is set. */
function toOdd(a: number, b: number): number {
  const sum = a + b;
  const error = errorOfSum(a, b, sum);
  cell[0] = sum;
  if (error === 0 || (words[0]! & 1n) === 1n) return sum;
  words[0]! += error > 0 === sum > 0 ? 1n : -1n;
  return cell[0]!;
}
