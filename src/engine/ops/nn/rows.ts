/** Kernels that normalise rows of memory: layer and group normalisation. */
import type { NumberData } from '../../strided.ts';
import type { Round } from './elementwise.ts';
import { moments } from './normalization.ts';

/** `rows` of `channels` × `inner` elements; row r has the weights of channels (r mod groups) · channels and on. */
export interface Rows {
  readonly rows: number;
  readonly groups: number;
  readonly channels: number;
  readonly inner: number;
}

type Weights = NumberData | null;

/** Fills y, and the mean and σ⁻¹ of each row. */
export function normaliseRows(
  x: NumberData,
  weight: Weights,
  bias: Weights,
  eps: number,
  layout: Rows,
  [y, means, invstds]: readonly [NumberData, NumberData, NumberData],
  round: Round,
): void {
  const { rows, groups, channels, inner } = layout;
  const length = channels * inner;
  for (let r = 0; r < rows; r++) {
    const [mean, squares] = moments(x, r * length, { outer: 1, jump: 0, inner: length });
    const invstd = round(1 / round(Math.sqrt(round(round(squares / length) + round(eps)))));
    means[r] = mean;
    invstds[r] = invstd;
    const shift = round(-invstd * round(mean));
    for (let c = 0; c < channels; c++) {
      const at = (r % groups) * channels + c;
      const from = r * length + c * inner;
      for (let i = from; i < from + inner; i++) {
        const unit = round(x[i]! * invstd + shift);
        y[i] = weight === null ? unit + (bias?.[at] ?? 0) : unit * weight[at]! + (bias?.[at] ?? 0);
      }
    }
  }
}

/**
 * Fills the gradients by input, weight and bias; sums are in double precision, the terms of a row rounded as PyTorch's are and a row's
 * sums by `keep`.
 */
export function backwardRows(
  g: NumberData,
  x: NumberData,
  means: NumberData,
  invstds: NumberData,
  weight: Weights,
  layout: Rows,
  [byInput, byWeight, byBias]: readonly [NumberData, Float64Array, Float64Array],
  round: Round,
  keep: Round,
): void {
  const { rows, groups, channels, inner } = layout;
  const length = channels * inner;
  for (let r = 0; r < rows; r++) {
    const [mean, invstd] = [means[r]!, invstds[r]!];
    const shift = round(-invstd * mean);
    let sum = 0;
    let along = 0;
    for (let c = 0; c < channels; c++) {
      const at = (r % groups) * channels + c;
      const w = weight === null ? 1 : weight[at]!;
      const from = r * length + c * inner;
      for (let i = from; i < from + inner; i++) {
        sum += round(g[i]! * w);
        along += round(round(g[i]! * x[i]!) * w);
        byWeight[at]! += g[i]! * round(x[i]! * invstd + shift);
        byBias[at]! += g[i]!;
      }
    }
    // invstd · (G − mean(G) − x̂ · mean(G · x̂)), sorted by G, x and what is left.
    const [flat, ratio] = [keep(sum), round(1 / length)];
    const tilt = round(round(round(flat * mean - keep(along)) * invstd) * invstd);
    const slope = round(round(tilt * invstd) * ratio);
    const rest = round(-slope * mean - round(round(flat * invstd) * ratio));
    for (let c = 0; c < channels; c++) {
      const w = weight === null ? 1 : weight[(r % groups) * channels + c]!;
      const from = r * length + c * inner;
      for (let i = from; i < from + inner; i++) {
        byInput[i] = round(slope * x[i]! + round(round(invstd * g[i]!) * w)) + rest;
      }
    }
  }
}
