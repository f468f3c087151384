/** Group normalisation's gradient in bfloat16, where PyTorch rounds after each operation. */
import { bfloat16, rounding } from '../../dtype.ts';
import type { NumberData } from '../../strided.ts';
import type { Rows } from './rows.ts';

/** A vector of bfloat16 in 256 bits. */
const LANES = 16;

const round = rounding(bfloat16);

/** Fills the gradient by the input as `backwardRows` does, every product and sum rounded. */
export function inputGradInHalf(
  g: NumberData,
  x: NumberData,
  means: NumberData,
  invstds: NumberData,
  weight: NumberData | null,
  { rows, groups, channels, inner }: Rows,
  byInput: NumberData,
): void {
  const ratio = round(1 / (channels * inner));
  for (let r = 0; r < rows; r++) {
    const [mean, invstd] = [means[r]!, invstds[r]!];
    const channel = (r % groups) * channels;
    const weightOf = (c: number): number => weight?.[channel + c] ?? 1;
    const from = (c: number): number => (r * channels + c) * inner;
    const flats = Array.from({ length: channels }, (_, c) => sumOf(inner, (k) => g[from(c) + k]!));
    const alongs = Array.from({ length: channels }, (_, c) => sumOf(inner, (k) => g[from(c) + k]! * x[from(c) + k]!));
    const flat = sumOf(channels, (c) => flats[c]! * weightOf(c));
    const along = sumOf(channels, (c) => alongs[c]! * weightOf(c));
    const cubed = round(round(round(round(round(flat * mean) - along) * invstd) * invstd) * invstd);
    const slope = round(cubed * ratio);
    const rest = round(round(-slope * mean) - round(round(flat * invstd) * ratio));
    for (let c = 0; c < channels; c++) {
      const scale = round(invstd * weightOf(c));
      for (let i = from(c); i < from(c) + inner; i++) {
        byInput[i] = round(round(round(scale * g[i]!) + round(slope * x[i]!)) + rest);
      }
    }
  }
}

/** A sum in as many lanes as a vector has, then over the lanes, then over what fills no vector. */
function sumOf(length: number, term: (i: number) => number): number {
  const whole = length - (length % LANES);
  const lanes = new Float32Array(LANES);
  for (let i = 0; i < whole; i++) lanes[i % LANES] = round(lanes[i % LANES]! + round(term(i)));
  let sum = lanes.reduce((before, lane) => round(before + lane), 0);
  for (let i = whole; i < length; i++) sum = round(sum + round(term(i)));
  return sum;
}
