import { bool, type DType, int64 } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { declare, define } from '../registry.ts';
import { numel, type Shape, sameShape, wrapDim } from '../shape.ts';
import { convert, gather, type NumberData, rowMajor } from '../strided.ts';
import type { Tensor } from '../tensor.ts';
import { div } from './arithmetic.ts';
import { permuted } from './layout.ts';
import { expand, unsqueezeTo, view } from './movement.ts';
import { sameDtype } from './out-rules.ts';
import { fromData } from './pointwise.ts';
import { sumRows } from './summation.ts';

export const sum = declare('sum(Tensor self, *, ScalarType? dtype=None) -> Tensor');
export const sumDim = declare(
  'sum.dim_IntList(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor',
);
export const mean = declare('mean(Tensor self, *, ScalarType? dtype=None) -> Tensor');
export const meanDim = declare(
  'mean.dim(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor',
);

/** PyTorch keeps a set of dimensions in this many bits. */
const MOST_DIMS = 64;

/** The dimensions, wrapped, in order; all of them for null and for none. */
export function reducedDims(dim: readonly number[] | null, rank: number): number[] {
  if (dim === null || dim.length === 0) return Array.from({ length: rank }, (_, i) => i);
  if (rank > MOST_DIMS) throw runtimeError(`only tensors with up to ${MOST_DIMS} dims are supported`);
  const dims = dim.map((d) => wrapDim(d, rank));
  for (const d of dims) {
    if (dims.indexOf(d) !== dims.lastIndexOf(d))
      throw runtimeError(`dim ${d} appears multiple times in the list of dims`);
  }
  return dims.filter((d) => d < rank).sort((a, b) => a - b);
}

/** What is left of a shape; a reduced dimension stays as 1 with keepdim. */
export function reducedShape(shape: Shape, dims: readonly number[], keepdim: boolean): number[] {
  return keepdim ? shape.map((size, i) => (dims.includes(i) ? 1 : size)) : shape.filter((_, i) => !dims.includes(i));
}

/** The tensor with the reduced dimensions last: each result reads one row of `inner` elements. */
export function toRows(self: Tensor, dims: readonly number[]): { data: NumberData; inner: number; outer: number } {
  const kept = self.shape.map((_, i) => i).filter((i) => !dims.includes(i));
  const inner = dims.reduce((product, d) => product * self.shape[d]!, 1);
  const outer = kept.reduce((product, d) => product * self.shape[d]!, 1);
  const data = dims.length === self.rank ? rowMajor(self) : rowMajor(permuted(self, [...kept, ...dims]));
  return { data: data as NumberData, inner, outer };
}

/** Sums and products of ints and bools are int64. */
export const integralSum = (dtype: DType): DType => (dtype.category < 2 ? int64 : dtype);

export function sumKernel(self: Tensor, dim: readonly number[] | null, keepdim: boolean, dtype: DType): Tensor {
  const dims = reducedDims(dim, self.rank);
  const work =
    self.dtype === dtype ? self : fromData(convert(gather(self, self.shape), self.dtype, dtype), self.shape, dtype);
  const sums = sumRows(work, dims);
  if (dtype === bool) for (let i = 0; i < sums.length; i++) sums[i] = Math.min(Number(sums[i]), 1);
  return fromData(sums, reducedShape(self.shape, dims, keepdim), dtype);
}

/** Gives a reduced gradient back the dimensions that it lost, and repeats it along them. */
export function expandBack(grad: Tensor, shape: Shape, dim: readonly number[] | null, keepdim: boolean): Tensor {
  return expand(unsqueezeBack(grad, shape.length, dim, keepdim), shape);
}

/** Gives a reduced tensor back the dimensions that it lost, as ones. */
export function unsqueezeBack(reduced: Tensor, rank: number, dim: readonly number[] | null, keepdim: boolean): Tensor {
  return keepdim || rank === 0 ? reduced : unsqueezeTo(reduced, reducedDims(dim, rank));
}

define(sum, {
  variants: { out: false },
  kernel: (self, dtype) => sumKernel(self, null, false, dtype ?? integralSum(self.dtype)),
  gradients: { self: { formula: '∂L/∂self = upstream, repeated', rule: (g, s) => expand(g, s.shapeOf()) } },
});

define(sumDim, {
  names: true,
  node: 'SumBackward1',
  kernel: (self, dim, keepdim, dtype) => sumKernel(self, dim, keepdim, dtype ?? integralSum(self.dtype)),
  gradients: {
    self: {
      formula: '∂L/∂self = upstream, repeated along dim',
      rule: (g, s) => expandBack(g, s.shapeOf(), s.dim, s.keepdim),
    },
  },
});

function meanKernel(self: Tensor, dim: readonly number[] | null, keepdim: boolean, given: DType | null): Tensor {
  const dtype = given ?? self.dtype;
  if (dtype.category < 2) {
    const found = dtype === bool ? 'Bool' : dtype.scalar;
    throw runtimeError(
      given === null
        ? `mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. Got: ${found}`
        : `mean(): could not infer output dtype. Optional dtype must be either a floating point or complex dtype. Got: ${found}`,
    );
  }
  const total = sumKernel(self, dim, keepdim, dtype);
  const data = total.storage.data as NumberData;
  const n = reducedDims(dim, self.rank).reduce((product, d) => product * self.shape[d]!, 1);
  for (let i = 0; i < data.length; i++) data[i] = data[i]! / n;
  return total;
}

define(mean, {
  variants: { out: false },
  kernel: (self, dtype) => meanKernel(self, null, false, dtype),
  gradients: {
    self: {
      formula: '∂L/∂self = upstream / n, repeated',
      rule: (g, s) => div(expand(g, s.shapeOf()), BigInt(numel(s.shapeOf()))),
    },
  },
});

define(meanDim, {
  names: true,
  out: sameDtype,
  node: 'MeanBackward1',
  kernel: meanKernel,
  gradients: {
    self: {
      formula: '∂L/∂self = upstream / n, repeated along dim',
      rule: (g, s) => {
        const shape = s.shapeOf();
        const n = reducedDims(s.dim, shape.length).reduce((product, d) => product * shape[d]!, 1);
        return div(expandBack(g, shape, s.dim, s.keepdim), BigInt(n));
      },
    },
  },
});

/** Sums what was broadcast: the one place where a gradient gets its input's shape back (PyTorch's `sum_to`). */
export function sumToSize(grad: Tensor, shape: Shape): Tensor {
  if (shape.length === 0) return sum(grad);
  const lead = grad.rank - shape.length;
  const dims = grad.shape.flatMap((size, i) => (i < lead || (shape[i - lead] === 1 && size !== 1) ? [i] : []));
  const summed = dims.length === 0 ? grad : sumDim(grad, dims, true);
  return sameShape(summed.shape, shape) ? summed : view(summed, shape);
}
