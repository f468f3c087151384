/** Variance and standard deviation. */
import { realType } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { declare, define } from '../registry.ts';
import type { Shape } from '../shape.ts';
import type { NumberData } from '../strided.ts';
import type { Tensor } from '../tensor.ts';
import { add, div, mul, mulReversed, sub } from './arithmetic.ts';
import { maskedFill } from './choice.ts';
import { eq } from './comparison.ts';
import { fromData } from './pointwise.ts';
import { expandBack, mean, meanDim, reducedDims, reducedShape, toRows, unsqueezeBack } from './reduction.ts';

type Dims = readonly number[] | null;

/** The mean squared distance to the mean by Welford's method (1962), and the mean; of a complex tensor that of both parts together. */
function moments(
  self: Tensor,
  dim: Dims,
  correction: number,
  keepdim: boolean,
  root: boolean,
): readonly [Tensor, Tensor] {
  const dims = reducedDims(dim, self.rank);
  const { data, inner, outer } = toRows(self, dims);
  const real = realType(self.dtype);
  const { lanes } = self.dtype;
  const spreads = real.allocate(outer) as NumberData;
  const means = self.dtype.allocate(outer) as NumberData;
  for (let r = 0; r < outer; r++) {
    let squares = 0;
    for (let lane = 0; lane < lanes; lane++) {
      let mean = inner === 0 ? Number.NaN : 0;
      for (let i = 0; i < inner; i++) {
        const value = data[(r * inner + i) * lanes + lane]!;
        const delta = value - mean;
        mean += delta / (i + 1);
        squares += delta * (value - mean);
      }
      means[r * lanes + lane] = mean;
    }
    const value = squares / Math.max(0, inner - correction);
    spreads[r] = root ? Math.sqrt(value) : value;
  }
  const shape = reducedShape(self.shape, dims, keepdim);
  return [fromData(spreads, shape, real), fromData(means, shape, self.dtype)];
}

const counted = (shape: Shape, dim: Dims): number =>
  reducedDims(dim, shape.length).reduce((product, d) => product * shape[d]!, 1);

/** Over everything and without keepdim there is no dimension to think of. */
const isWhole = (dim: Dims, rank: number): boolean => rank === 0 || dim === null || dim.length === 0;

function varianceSlope(g: Tensor, self: Tensor, dim: Dims, correction: number, keepdim: boolean): Tensor {
  const n = counted(self.shape, dim) - correction;
  if (isWhole(dim, self.rank)) return mulReversed(sub(self, mean(self)), mul(g, 2 / n));
  const upstream = unsqueezeBack(g, self.rank, dim, keepdim);
  return mulReversed(sub(self, meanDim(self, dim, true)), mul(upstream, 2 / n));
}

function meanSlope(g: Tensor, self: Tensor, dim: Dims, keepdim: boolean): Tensor {
  return div(expandBack(g, self.shape, dim, keepdim), BigInt(counted(self.shape, dim)));
}

/** What arrives at the variance below a deviation: 0 where that is 0. */
const throughRoot = (g: Tensor, deviation: Tensor): Tensor =>
  maskedFill(div(g, mul(deviation, 2n)), eq(deviation, 0n), 0n);

const VARIANCE = '∂L/∂self = upstream · 2 (self − mean) / (n − 1)';
const DEVIATION = '∂L/∂self = upstream · (self − mean) / ((n − 1) · result)';

const refuse = (self: Tensor, what: string): void => {
  if (self.dtype.category < 2) throw runtimeError(`${what} only support floating point and complex dtypes`);
};

/** `var` or `std`, in PyTorch's three forms: the last has the node. */
function spreadFamily(name: 'var' | 'std'): void {
  const root = name === 'std';
  const full = declare(
    `${name}(Tensor self, bool unbiased=True) -> Tensor` as 'var(Tensor self, bool unbiased=True) -> Tensor',
  );
  const byDim = declare(
    `${name}.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> Tensor` as 'var.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> Tensor',
  );
  const corrected = declare(
    `${name}.correction(Tensor self, int[1]? dim, *, int? correction, bool keepdim=False) -> Tensor` as 'var.correction(Tensor self, int[1]? dim, *, int? correction, bool keepdim=False) -> Tensor',
  );
  define(corrected, {
    names: true,
    kernel: (self, dim, correction, keepdim) => {
      refuse(self, 'std and var');
      return moments(self, dim, correction ?? 1, keepdim, root)[0];
    },
    gradients: {
      self: {
        formula: root ? DEVIATION : VARIANCE,
        saves: root ? ['self', 'result'] : ['self'],
        rule: (g, s) => {
          const upstream = root ? throughRoot(g, s.result) : g;
          return varianceSlope(upstream, s.self, s.dim, s.correction ?? 1, s.keepdim);
        },
      },
    },
  });
  define(byDim, {
    names: true,
    composite: true,
    kernel: (self, dim, unbiased, keepdim) => corrected(self, dim, Number(unbiased), keepdim),
  });
  define(full, {
    variants: { out: false },
    composite: true,
    kernel: (self, unbiased) => corrected(self, null, Number(unbiased), false),
  });
}

spreadFamily('var');
spreadFamily('std');

/** `var_mean` or `std_mean`. */
function pairFamily(name: 'var_mean' | 'std_mean'): void {
  const root = name === 'std_mean';
  const full = declare(
    `${name}(Tensor self, bool unbiased=True) -> (Tensor, Tensor)` as 'var_mean(Tensor self, bool unbiased=True) -> (Tensor, Tensor)',
  );
  const byDim = declare(
    `${name}.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> (Tensor, Tensor)` as 'var_mean.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> (Tensor, Tensor)',
  );
  const corrected = declare(
    `${name}.correction(Tensor self, int[1]? dim, *, int? correction, bool keepdim=False) -> (Tensor, Tensor)` as 'var_mean.correction(Tensor self, int[1]? dim, *, int? correction, bool keepdim=False) -> (Tensor, Tensor)',
  );
  const variants = { method: false, out: false };
  define(corrected, {
    names: true,
    variants,
    kernel: (self, dim, correction, keepdim) => {
      refuse(self, name);
      return moments(self, dim, correction ?? 1, keepdim, root);
    },
    gradients: {
      self: {
        formula: `${root ? DEVIATION : VARIANCE} + upstream of the mean / n`,
        saves: root ? ['self', 'results'] : ['self'],
        rule: () => null,
      },
    },
    joint: ([spread, mean], s) => {
      const { self, dim, keepdim } = s;
      const parts: Tensor[] = [];
      if (spread) {
        const upstream = root ? throughRoot(spread, s.outputAt(0)) : spread;
        parts.push(varianceSlope(upstream, self, dim, s.correction ?? 1, keepdim));
      }
      if (mean) parts.push(meanSlope(mean, self, dim, keepdim));
      return [parts.length === 0 ? null : parts.reduce((a, b) => add(a, b))];
    },
  });
  define(byDim, {
    names: true,
    variants,
    composite: true,
    kernel: (self, dim, unbiased, keepdim) => corrected(self, dim, Number(unbiased), keepdim),
  });
  define(full, {
    variants,
    composite: true,
    kernel: (self, unbiased) => corrected(self, null, Number(unbiased), false),
  });
}

pairFamily('var_mean');
pairFamily('std_mean');
