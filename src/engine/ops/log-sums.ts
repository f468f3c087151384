/** Logarithms of sums of exponentials, without overflow. */
import { quietly } from '../context.ts';
import { isComplex, isFloating } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { floatType } from '../promote.ts';
import { alias, declare, define } from '../registry.ts';
import { wrapDim } from '../shape.ts';
import type { NumberData } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import { add, mul, neg, sub } from './arithmetic.ts';
import { cast } from './cast.ts';
import { maskedFill, where } from './choice.ts';
import { gt, isinf, lt } from './comparison.ts';
import { accumulate, type Running, reversed } from './cumulative.ts';
import { exp, log } from './exponential.ts';
import { amax } from './extremum.ts';
import { limits, requireKernel } from './limits.ts';
import { view } from './movement.ts';
import { floatingOut } from './out-rules.ts';
import { reducedDims, reducedShape, sumDim, unsqueezeBack } from './reduction.ts';

export const logsumexp = declare('logsumexp(Tensor self, int[1] dim, bool keepdim=False) -> Tensor');
const logcumsumexp = declare('logcumsumexp(Tensor self, int dim) -> Tensor');

/** Shifted by the largest element of each row, unless that is infinite. */
function logSum(self: Tensor, dim: readonly number[], keepdim: boolean): Tensor {
  if (self.numel === 0) return log(sumDim(exp(self), dim, keepdim));
  const largest = amax(self, dim, true);
  const shift = maskedFill(largest, isinf(largest), 0n);
  const sums = log(sumDim(exp(sub(self, shift)), dim, keepdim));
  return add(sums, view(shift, reducedShape(self.shape, reducedDims(dim, self.rank), keepdim)));
}

define(logsumexp, {
  names: true,
  out: floatingOut(({ scalar }) => `logsumexp(): Expected floating point type for result tensor, but got: ${scalar}`),
  kernel: (self, dim, keepdim) => {
    if (isComplex(self.dtype)) {
      throw runtimeError(`logsumexp(): Expected floating point type for result tensor, but got: ${self.dtype.scalar}`);
    }
    return quietly(() => logSum(cast(self, floatType(self.dtype)), dim, keepdim));
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream · exp(self − result)',
      saves: ['self', 'result'],
      rule: (g, { self, result, dim, keepdim }) => {
        const whole = (tensor: Tensor): Tensor => unsqueezeBack(tensor, self.rank, dim, keepdim);
        return mul(whole(g), exp(sub(self, whole(result))));
      },
    },
  },
});
alias(logsumexp, 'logsumexp', { namespace: 'special', method: false });

/** log(eˣ + eʸ) without overflow; of two equal infinities the first. */
function logAdd(x: number, y: number): number {
  const low = Number.isNaN(y) ? y : Math.min(x, y);
  const high = Number.isNaN(y) ? y : Math.max(x, y);
  return low !== high || Number.isFinite(low) ? Math.log1p(Math.exp(low - high)) + high : x;
}

const runningLogSum: Running = (data, out, start, n) => {
  let total = Number.NEGATIVE_INFINITY;
  for (let i = start; i < start + n; i++) (out as NumberData)[i] = total = logAdd(total, (data as NumberData)[i]!);
};

/** Positive and negative parts of the upstream gradient go through logarithms apart, so that nothing overflows. */
function logSumSlope(g: Tensor, self: Tensor, result: Tensor, dim: number): Tensor {
  if (self.rank === 0 || self.numel === 0) return g;
  const least = emptyTensor([], g.dtype);
  (least.storage.data as NumberData)[0] =
    isFloating(g.dtype) && g.dtype.bytes === 8 ? -Number.MAX_VALUE : -3.4028234663852886e38;
  const part = (logs: Tensor): Tensor => {
    const upstream = sub(logs, result);
    return exp(add(reversed(logcumsumexp(reversed(upstream, dim), dim), dim), self));
  };
  const positive = where(gt(g, 0n), log(g), least);
  const negative = where(lt(g, 0n), log(neg(g)), least);
  const raised = part(positive);
  return sub(raised, part(negative));
}

define(logcumsumexp, {
  names: true,
  kernel: (self, dim) => {
    wrapDim(dim, self.rank);
    requireKernel(limits('logcumsumexp_out_cpu', 'bool', 'int', 'half', 'complex'), self.dtype);
    return accumulate(self, dim, self.dtype, runningLogSum);
  },
  gradients: {
    self: {
      formula: '∂L/∂self = exp(self) · Σ upstream · exp(−result) from each element on',
      saves: ['self', 'result'],
      rule: (g, { self, result, dim }) => logSumSlope(g, self, result, dim),
    },
  },
});
