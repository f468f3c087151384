/** What has come together up to each element of a line: sums, products, extrema. */

import { cppName, type Data, type DType, int64, isComplex, isDifferentiable, isIntegral } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { item } from '../item.ts';
import { declare, define } from '../registry.ts';
import { wrapDim } from '../shape.ts';
import type { NumberData } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import { Complex, toNumber } from '../values.ts';
import { div, mul } from './arithmetic.ts';
import { cast } from './cast.ts';
import { conj } from './complex.ts';
import { scatterTo } from './indexing.ts';
import { cat, stack } from './joining.ts';
import { limits, requireKernel } from './limits.ts';
import { type Element, fromLines, isNan, linesIn, linesOf } from './lines.ts';
import { slice } from './movement.ts';
import { inDtypeOfOut } from './out-rules.ts';
import { hasZero } from './product.ts';
import { copyRaw, onesLike } from './raw.ts';
import { integralSum, sumDim } from './reduction.ts';
import { flip } from './repetition.ts';

export const cumsum = declare('cumsum(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor');
export const cumprod = declare('cumprod(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor');

/** Of a single number: it fills the result, which has to hold it. */
function filledWith(self: Tensor, dtype: DType): Tensor {
  const value = item(self);
  const imaginary = value instanceof Complex && value.im !== 0;
  const fits = isDifferentiable(dtype) || isIntegral(self.dtype, true) || Math.abs(toNumber(value)) < 2 ** 63;
  if (!isComplex(dtype) && (imaginary || !fits)) {
    throw runtimeError(
      `value cannot be converted to type ${dtype === int64 ? 'int64_t' : cppName(dtype)} without overflow`,
    );
  }
  const out = emptyTensor([], dtype);
  copyRaw(out, self);
  return out;
}

export type Running = (data: Data, out: Data, start: number, n: number) => void;

/** Lets `run` fill each line of a tensor of the dtype. `n` counts numbers: a complex element is two. */
export function accumulate(self: Tensor, dim: number, dtype: DType, run: Running): Tensor {
  const { data, n, count, dim: at } = linesIn(self, dim, dtype);
  const out = dtype.allocate(n * count);
  const length = n * dtype.lanes;
  for (let line = 0; line < count; line++) run(data, out, line * length, length);
  return fromLines(out, self.shape, at, dtype);
}

/** Sums in double precision, rounded where they are stored. */
function runningSum(lanes: number): Running {
  return (data, out, start, n) => {
    if (data instanceof BigInt64Array) {
      let total = 0n;
      for (let i = start; i < start + n; i++) (out as BigInt64Array)[i] = total += data[i]!;
      return;
    }
    for (let lane = 0; lane < lanes; lane++) {
      let total = 0;
      for (let i = start + lane; i < start + n; i += lanes) (out as NumberData)[i] = total += (data as NumberData)[i]!;
    }
  };
}

const runningProduct: Running = (data, out, start, n) => {
  if (data instanceof BigInt64Array) {
    let total = 1n;
    for (let i = start; i < start + n; i++) (out as BigInt64Array)[i] = total = BigInt.asIntN(64, total * data[i]!);
    return;
  }
  let total = 1;
  for (let i = start; i < start + n; i++) (out as NumberData)[i] = total *= (data as NumberData)[i]!;
};

const runningComplexProduct: Running = (data, out, start, n) => {
  const [x, to] = [data as NumberData, out as NumberData];
  let re = 1;
  let im = 0;
  for (let i = start; i < start + n; i += 2) {
    [re, im] = [re * x[i]! - im * x[i + 1]!, re * x[i + 1]! + im * x[i]!];
    to[i] = re;
    to[i + 1] = im;
  }
};

/** The tensor with its elements along `dim` in reverse. */
export const reversed = (tensor: Tensor, dim: number): Tensor => flip(tensor, [dim]);

/** Sums from each element to the end of its line. */
const sumsAfter = (g: Tensor, dim: number): Tensor => reversed(cumsum(reversed(g, dim), dim), dim);

define(cumsum, {
  names: true,
  out: inDtypeOfOut(2),
  variants: { inplace: true },
  checkInplace: (self) => {
    if (self.rank > 0 && self.numel > 0) requireKernel(limits('cumsum_out_cpu', 'bool', 'half'), self.dtype);
  },
  kernel: (self, dim, given) => {
    const dtype = given ?? integralSum(self.dtype);
    wrapDim(dim, self.rank);
    if (self.rank === 0) return filledWith(self, dtype);
    if (self.numel > 0) requireKernel(limits('cumsum_out_cpu', 'bool', 'half'), dtype);
    return accumulate(self, dim, dtype, runningSum(dtype.lanes));
  },
  gradients: {
    self: {
      formula: '∂L/∂self = Σ upstream from each element on',
      rule: (g, s) => sumsAfter(cast(g, s.metaOf().dtype), s.dim),
    },
  },
});

/** Without zeros the sum of upstream · result from there on, over self; with zeros each element's factors are multiplied anew. */
function cumprodSlope(g: Tensor, self: Tensor, result: Tensor, given: number): Tensor {
  if (self.rank === 0 || self.numel <= 1) return g;
  const dim = wrapDim(given, self.rank);
  const n = self.shape[dim]!;
  if (n === 1) return g;
  const [x, y] = [conj(self), conj(result)];
  if (!hasZero(self)) return div(sumsAfter(mul(y, g), dim), x);
  const slopes = Array.from({ length: n }, (_, k) => sumDim(mul(slice(g, dim, k), productsWithout(x, dim, k)), [dim]));
  return stack(slopes, dim);
}

/** Of the products that element `k` is a factor of: what they are without it. */
function productsWithout(x: Tensor, dim: number, k: number): Tensor {
  const n = x.shape[dim]!;
  const before = k === 0 ? onesLike(slice(x, dim, 0, 1)) : slice(cumprod(slice(x, dim, 0, k), dim), dim, k - 1);
  if (k === n - 1) return before;
  return cat([before, mul(before, cumprod(slice(x, dim, k + 1), dim))], dim);
}

define(cumprod, {
  names: true,
  out: inDtypeOfOut(2),
  variants: { inplace: true },
  checkInplace: (self) => {
    if (self.rank > 0 && self.numel > 0) requireKernel(limits('cumprod_out_cpu', 'bool', 'half'), self.dtype);
  },
  kernel: (self, dim, given) => {
    const dtype = given ?? integralSum(self.dtype);
    wrapDim(dim, self.rank);
    if (self.rank === 0) return filledWith(self, dtype);
    if (self.numel > 0) requireKernel(limits('cumprod_out_cpu', 'bool', 'half'), dtype);
    return accumulate(self, dim, dtype, isComplex(dtype) ? runningComplexProduct : runningProduct);
  },
  gradients: {
    self: {
      formula: '∂L/∂self = (Σ upstream · result from each element on) / self',
      saves: ['self', 'result'],
      rule: (g, { self, result, dim }) => cumprodSlope(cast(g, self.dtype), self, result, dim),
    },
  },
});

/** The best element so far and where it lies: the latest of equal ones, the latest nan. */
function extremes(name: 'cummax' | 'cummin', holds: (value: Element, best: Element) => boolean): void {
  const op = declare(
    `${name}(Tensor self, int dim) -> (Tensor values, Tensor indices)` as 'cummax(Tensor self, int dim) -> (Tensor values, Tensor indices)',
  );
  define(op, {
    names: true,
    differentiable: [0],
    kernel: (self, dim) => {
      wrapDim(dim, self.rank);
      requireKernel(limits(`${name}_cpu`, 'half', 'complex'), self.dtype);
      return runningBest(self, dim, holds);
    },
    gradients: {
      self: { formula: '∂L/∂self = upstream, added at indices', saves: ['results'], rule: () => null },
    },
    joint: ([g], s) => {
      const shape = s.shapeOf();
      if (g === null || g === undefined) return [null];
      return [shape.length === 0 ? g : scatterTo(g, shape, s.dim, s.outputAt(1))];
    },
  });
}

function runningBest(
  self: Tensor,
  dim: number,
  holds: (value: Element, best: Element) => boolean,
): readonly [Tensor, Tensor] {
  const { data, n, count, dim: at } = linesOf(self, dim);
  const values = self.dtype.allocate(data.length);
  const indices = new BigInt64Array(data.length);
  for (let start = 0; start < n * count; start += n) {
    let best = start;
    for (let i = start; i < start + n; i++) {
      if (isNan(data[i]!) || (!isNan(data[best]!) && holds(data[i]!, data[best]!))) best = i;
      values[i] = data[best]!;
      indices[i] = BigInt(best - start);
    }
  }
  return [fromLines(values, self.shape, at, self.dtype), fromLines(indices, self.shape, at, int64)];
}

extremes('cummax', (value, best) => value >= best);
extremes('cummin', (value, best) => value <= best);
