/** Variance and norms. */
import { bool, uint8 } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { declare, define } from '../registry.ts';
import type { Shape } from '../shape.ts';
import { gather, type NumberData } from '../strided.ts';
import type { Tensor } from '../tensor.ts';
import { div, mul, sub } from './arithmetic.ts';
import { masked } from './choice.ts';
import { eq } from './comparison.ts';
import { fromData } from './pointwise.ts';
import { expandBack, meanDim, reducedDims, reducedShape, toRows } from './reduction.ts';

export const variance = declare('var.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> Tensor');
const varianceAll = declare('var(Tensor self, bool unbiased=True) -> Tensor');
const std = declare('std.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> Tensor');
const stdAll = declare('std(Tensor self, bool unbiased=True) -> Tensor');
const norm = declare('norm.ScalarOpt_dim(Tensor self, Scalar? p=2, int[1]? dim=None, bool keepdim=False) -> Tensor');
const all = declare('all(Tensor self) -> Tensor');
const any = declare('any(Tensor self) -> Tensor');

/** Mean squared distance to the mean, by Welford's method, as PyTorch computes it. */
function spread(
  self: Tensor,
  dim: readonly number[] | null,
  unbiased: boolean,
  keepdim: boolean,
  root: boolean,
): Tensor {
  if (self.dtype.category < 2) {
    throw runtimeError(
      `${root ? 'std' : 'var'} and ${root ? 'std' : 'var'}_mean only support floating point and complex dtypes`,
    );
  }
  const dims = reducedDims(dim, self.rank);
  const { data, inner, outer } = toRows(self, dims);
  const out = self.dtype.allocate(outer) as NumberData;
  for (let r = 0; r < outer; r++) {
    let mean = 0;
    let squares = 0;
    for (let i = 0; i < inner; i++) {
      const delta = data[r * inner + i]! - mean;
      mean += delta / (i + 1);
      squares += delta * (data[r * inner + i]! - mean);
    }
    const value = squares / Math.max(0, inner - (unbiased ? 1 : 0));
    out[r] = root ? Math.sqrt(value) : value;
  }
  return fromData(out, reducedShape(self.shape, dims, keepdim), self.dtype);
}

const counted = (shape: Shape, dim: readonly number[] | null): number =>
  reducedDims(dim, shape.length).reduce((product, d) => product * shape[d]!, 1);

function varianceSlope(
  g: Tensor,
  self: Tensor,
  dim: readonly number[] | null,
  unbiased: boolean,
  keepdim: boolean,
): Tensor {
  const n = counted(self.shape, dim) - (unbiased ? 1 : 0);
  const upstream = expandBack(g, self.shape, dim, keepdim);
  return mul(mul(upstream, 2 / n), sub(self, meanDim(self, dim, true)));
}

const VARIANCE = '∂L/∂self = upstream · 2 (self − mean) / (n − 1)';
const DEVIATION = '∂L/∂self = upstream · (self − mean) / ((n − 1) · result)';

/** 0 where the deviation is 0. */
function throughRoot(g: Tensor, result: Tensor): Tensor {
  const safe = div(g, mul(result, 2n));
  return masked(safe, eq(eq(result, 0n), false));
}

define(varianceAll, {
  node: 'VarBackward0',
  kernel: (self, unbiased) => spread(self, null, unbiased, false, false),
  gradients: {
    self: { formula: VARIANCE, saves: ['self'], rule: (g, s) => varianceSlope(g, s.self, null, s.unbiased, false) },
  },
});
define(variance, {
  node: 'VarBackward0',
  kernel: (self, dim, unbiased, keepdim) => spread(self, dim, unbiased, keepdim, false),
  gradients: {
    self: {
      formula: VARIANCE,
      saves: ['self'],
      rule: (g, s) => varianceSlope(g, s.self, s.dim, s.unbiased, s.keepdim),
    },
  },
});
define(stdAll, {
  node: 'StdBackward0',
  kernel: (self, unbiased) => spread(self, null, unbiased, false, true),
  gradients: {
    self: {
      formula: DEVIATION,
      saves: ['self', 'result'],
      rule: (g, s) => varianceSlope(throughRoot(g, s.result), s.self, null, s.unbiased, false),
    },
  },
});
define(std, {
  node: 'StdBackward0',
  kernel: (self, dim, unbiased, keepdim) => spread(self, dim, unbiased, keepdim, true),
  gradients: {
    self: {
      formula: DEVIATION,
      saves: ['self', 'result'],
      rule: (g, s) => varianceSlope(throughRoot(g, s.result), s.self, s.dim, s.unbiased, s.keepdim),
    },
  },
});

define(norm, {
  node: 'NormBackward1',
  kernel: (self, p, dim, keepdim) => {
    const order = Number(p ?? 2);
    if (order !== 2) throw runtimeError('norm(): only p=2 is supported by the embedded engine yet');
    const dims = reducedDims(dim, self.rank);
    const { data, inner, outer } = toRows(self, dims);
    const out = self.dtype.allocate(outer) as NumberData;
    for (let r = 0; r < outer; r++) {
      let total = 0;
      for (let i = r * inner; i < (r + 1) * inner; i++) total += data[i]! * data[i]!;
      out[r] = Math.sqrt(total);
    }
    return fromData(out, reducedShape(self.shape, dims, keepdim), self.dtype);
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream · self / result',
      saves: ['self', 'result'],
      rule: (g, { self, result, dim, keepdim }) => {
        const length = expandBack(result, self.shape, dim, keepdim);
        const slope = mul(self, div(expandBack(g, self.shape, dim, keepdim), length));
        return masked(slope, eq(eq(length, 0n), false));
      },
    },
  },
});

function test(self: Tensor, holds: (values: unknown[]) => boolean): Tensor {
  const values = Array.from(gather(self, self.shape) as ArrayLike<unknown>);
  return fromData(new Uint8Array([holds(values) ? 1 : 0]), [], self.dtype === uint8 ? uint8 : bool);
}

define(all, { kernel: (self) => test(self, (values) => values.every(Boolean)) });
define(any, { kernel: (self) => test(self, (values) => values.some(Boolean)) });
