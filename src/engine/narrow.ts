/** Rounding of float32 to the half types: to nearest, ties to even, in place. */

/** float16: 1 sign, 5 exponent and 10 fraction bits (IEEE 754 binary16). */
export function roundToHalf(data: Float32Array): void {
  for (let i = 0; i < data.length; i++) data[i] = toHalf(data[i]!);
}

/** bfloat16: the upper half of a float32. */
export function roundToBfloat16(data: Float32Array): void {
  for (let i = 0; i < data.length; i++) data[i] = toBfloat16(data[i]!);
}

/** One number rounded to bfloat16. */
export function toBfloat16(value: number): number {
  if (Number.isNaN(value)) return value;
  scratch[0] = value;
  const lowest = (bits[0]! >>> 16) & 1;
  bits[0] = (bits[0]! + 0x7fff + lowest) & 0xffff0000;
  return scratch[0]!;
}

const scratch = new Float32Array(1);
const bits = new Uint32Array(scratch.buffer);

/** The least normal float16, and the step of the ones below it. */
const LEAST_NORMAL = 2 ** -14;
const LEAST = 2 ** -24;
/** From here on the nearest float16 is infinite: half a step past 65504. */
const TOO_LARGE = 65520;

function toHalf(value: number): number {
  const size = Math.abs(value);
  if (size >= TOO_LARGE) return value > 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  if (size < LEAST_NORMAL) return roundEven(value / LEAST) * LEAST;
  if (Number.isNaN(value)) return value;
  scratch[0] = value;
  const lowest = (bits[0]! >>> 13) & 1;
  bits[0] = (bits[0]! + 0xfff + lowest) & 0xffffe000;
  return scratch[0]!;
}

/** To the nearest whole number, ties to the even one. Keeps the sign of zero. */
export function roundEven(value: number): number {
  const down = Math.floor(value);
  const rest = value - down;
  const nearest = rest < 0.5 ? down : rest > 0.5 ? down + 1 : down % 2 === 0 ? down : down + 1;
  return nearest === 0 && (value < 0 || Object.is(value, -0)) ? -0 : nearest;
}
