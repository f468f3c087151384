/** Drawing numbers of categories by their weights. */
import { context } from '../context.ts';
import { exponential } from '../distributions.ts';
import { float16, int64, isFloating, rounding } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import type { Generator } from '../random.ts';
import { declare, define } from '../registry.ts';
import { type NumberData, rowMajor } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';

const multinomial = declare(
  'multinomial(Tensor self, int num_samples, bool replacement=False, *, Generator? generator=None) -> Tensor',
);

function check(self: Tensor, samples: number, replacement: boolean): void {
  if (!isFloating(self.dtype)) {
    throw runtimeError(`multinomial only supports floating-point dtypes for input, got: ${self.dtype.scalar}`);
  }
  if (self.dtype === float16) throw runtimeError('multinomial is not implemented for half on CPU');
  if (samples <= 0) throw runtimeError('cannot sample n_sample <= 0 samples');
  if (self.rank === 0 || self.rank > 2) throw runtimeError('prob_dist must be 1 or 2 dim');
  if (!replacement && samples > self.shape.at(-1)!) {
    throw runtimeError('cannot sample n_sample > prob_dist.size(-1) samples without replacement');
  }
}

define(multinomial, {
  kernel: (self, samples, replacement, generator) => {
    check(self, samples, replacement);
    const source = generator ?? context.generator;
    const width = self.shape.at(-1)!;
    const rows = self.rank === 1 ? 1 : self.shape[0]!;
    const out = emptyTensor(self.rank === 1 ? [samples] : [rows, samples], int64);
    const chosen = (replacement ? cumulative : race)(self, rows, width, samples, source);
    (out.storage.data as BigInt64Array).set(chosen.map(BigInt));
    return out;
  },
});

/** Each category runs for a time that is exponential with its weight as rate: the first ones home are the sample. */
function race(self: Tensor, rows: number, width: number, samples: number, generator: Generator): number[] {
  const weights = rowMajor(self) as NumberData;
  if (!weights.every((weight) => weight >= 0 && weight < Number.POSITIVE_INFINITY)) {
    throw runtimeError('probability tensor contains either `inf`, `nan` or element < 0');
  }
  const round = rounding(self.dtype);
  const draw = exponential(generator, 1);
  const speeds = Array.from(weights, (weight) => round(weight / round(draw())));
  const chosen: number[] = [];
  for (let row = 0; row < rows; row++) {
    const start = row * width;
    if (weights.subarray(start, start + width).every((weight) => weight === 0)) {
      throw runtimeError('invalid multinomial distribution (sum of probabilities <= 0)');
    }
    const order = Array.from({ length: width }, (_, i) => i);
    order.sort((a, b) => speeds[start + b]! - speeds[start + a]!);
    chosen.push(...order.slice(0, samples));
  }
  return chosen;
}

/** The least category whose cumulative probability reaches a uniform number. */
function cumulative(self: Tensor, rows: number, width: number, samples: number, generator: Generator): number[] {
  const weights = rowMajor(self) as NumberData;
  const chosen: number[] = [];
  for (let row = 0; row < rows; row++) {
    const sums = cumulativeRow(weights.subarray(row * width, (row + 1) * width), self);
    for (let i = 0; i < samples; i++) {
      const uniform = generator.uniformDouble();
      let [low, high] = [0, width];
      while (high - low > 0) {
        const middle = low + Math.floor((high - low) / 2);
        if (sums[middle]! < uniform) low = middle + 1;
        else high = middle;
      }
      chosen.push(low);
    }
  }
  return chosen;
}

function cumulativeRow(weights: NumberData, self: Tensor): number[] {
  const round = rounding(self.dtype);
  let sum = 0;
  const sums = Array.from(weights, (weight) => {
    if (!(weight >= 0)) throw runtimeError('invalid multinomial distribution (encountering probability entry < 0)');
    if (weight === Number.POSITIVE_INFINITY) {
      throw runtimeError('invalid multinomial distribution (encountering probability entry = infinity or NaN)');
    }
    sum = round(sum + weight);
    return sum;
  });
  if (sum <= 0) throw runtimeError('invalid multinomial distribution (sum of probabilities <= 0)');
  return sums.map((one, i) => (i === sums.length - 1 ? 1 : round(one / sum)));
}
