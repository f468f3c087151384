/** Writing along one dimension where an index tensor says: `scatter` and its reductions. */

import { writeAt } from '../elements.ts';
import { runtimeError } from '../errors.ts';
import { declare, define } from '../registry.ts';
import { contiguousStrides } from '../shape.ts';
import { gather as copyElements } from '../strided.ts';
import type { Tensor } from '../tensor.ts';
import { wrapNumber } from '../values.ts';
import { type Reduction, reduceAt, reductionGradients } from './accumulation.ts';
import { cast } from './cast.ts';
import { alongPositions, checkIndex, gather, partOf, scatterAdd } from './indexing.ts';
import { limits, requireKernel } from './limits.ts';
import { expand } from './movement.ts';
import { fromData } from './pointwise.ts';
import { notImplementedRule } from './undifferentiable.ts';

export const scatter = declare('scatter.src(Tensor self, int dim, Tensor index, Tensor src) -> Tensor');
export const scatterValue = declare('scatter.value(Tensor self, int dim, Tensor index, Scalar value) -> Tensor');
const scatterWith = declare('scatter.reduce(Tensor self, int dim, Tensor index, Tensor src, *, str reduce) -> Tensor');
const scatterValueWith = declare(
  'scatter.value_reduce(Tensor self, int dim, Tensor index, Scalar value, *, str reduce) -> Tensor',
);
const scatterReduce = declare(
  'scatter_reduce.two(Tensor self, int dim, Tensor index, Tensor src, str reduce, *, bool include_self=True) -> Tensor',
);

/** A copy of self, and where in it the index points. */
function prepared(self: Tensor, dim: number, index: Tensor, src: Tensor | null): { out: Tensor; at: Int32Array } {
  const along = checkIndex('scatter', self, dim, index, src);
  const out = fromData(copyElements(self, self.shape), self.shape, self.dtype);
  return { out, at: alongPositions(out.shape, contiguousStrides(out.shape), 0, along, index) };
}

/** One number in the shape of an index, in self's dtype. */
const spread = (value: Parameters<typeof wrapNumber>[0], self: Tensor, index: Tensor): Tensor =>
  expand.def!.kernel(cast(wrapNumber(value), self.dtype), index.shape, false) as Tensor;

const cleared = {
  formula: '∂L/∂self = upstream, 0 at index',
  rule: (g: Tensor, { dim, index }: { dim: number; index: Tensor }) => scatterValue(g, dim, index, 0n),
} as const;
const picked = {
  formula: '∂L/∂src = upstream at index',
  rule: (g: Tensor, { dim, index }: { dim: number; index: Tensor }) => gather(g, dim, index),
} as const;

define(scatter, {
  variants: { inplace: true },
  kernel: (self, dim, index, src) => {
    const { out, at } = prepared(self, dim, index, src);
    if (at.length > 0) writeAt(out.storage.data, at, partOf(src, index.shape), self.dtype);
    return out;
  },
  gradients: { self: cleared, src: picked },
});

define(scatterValue, {
  variants: { inplace: true },
  node: 'ScatterBackward1',
  kernel: (self, dim, index, value) => {
    const { out, at } = prepared(self, dim, index, null);
    const values = copyElements(spread(value, self, index), index.shape);
    writeAt(out.storage.data, at, values, self.dtype);
    return out;
  },
  gradients: { self: cleared },
});

/** `reduce='add'` or `'multiply'`: without a derivative, in PyTorch as here. */
function reduced(self: Tensor, dim: number, index: Tensor, src: Tensor, reduce: string): Tensor {
  if (reduce !== 'add' && reduce !== 'multiply') {
    throw runtimeError('reduce argument must be either add or multiply.');
  }
  const { out, at } = prepared(self, dim, index, src);
  if (at.length === 0) return out;
  reduceAt(out.storage.data, at, partOf(src, index.shape), self.dtype, reduce === 'add' ? 'sum' : 'prod', true);
  return out;
}

define(scatterWith, {
  variants: { inplace: true },
  node: 'NotImplemented',
  kernel: reduced,
  gradients: { self: notImplementedRule('scatter'), src: notImplementedRule('scatter') },
});
define(scatterValueWith, {
  variants: { inplace: true },
  node: 'NotImplemented',
  kernel: (self, dim, index, value, reduce) => reduced(self, dim, index, spread(value, self, index), reduce),
  gradients: { self: notImplementedRule('scatter') },
});

const REDUCTIONS: readonly string[] = ['sum', 'prod', 'mean', 'amax', 'amin'];

define(scatterReduce, {
  variants: { inplace: true },
  realGradients: true,
  kernel: (self, dim, index, src, reduce, includeSelf) => {
    if (!REDUCTIONS.includes(reduce)) {
      throw runtimeError('reduce argument must be either sum, prod, mean, amax or amin.');
    }
    const { out, at } = prepared(self, dim, index, src);
    if (at.length === 0) return out;
    const kernel = `scatter_gather_tensor_cpu_reduce_${reduce}`;
    if (reduce === 'mean') requireKernel(limits(kernel, 'bool'), self.dtype);
    else if (reduce !== 'sum' && reduce !== 'prod') requireKernel(limits(kernel, 'complex'), self.dtype);
    const values = partOf(src, index.shape);
    reduceAt(out.storage.data, at, values, self.dtype, reduce as Reduction, includeSelf);
    return out;
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream · ∂result/∂self',
      saves: ['self', 'src', 'index', 'result'],
      rule: () => null,
    },
    src: {
      formula: '∂L/∂src = (upstream · ∂result/∂src) at index',
      saves: ['self', 'src', 'index', 'result'],
      rule: () => null,
    },
  },
  joint: ([grad], s) => {
    if (grad === null || grad === undefined) return [null, null];
    const { self, src, index, dim, reduce, include_self: includeSelf } = s;
    return reductionGradients(grad, self, src, s.result, reduce as Reduction, includeSelf, {
      addTo: (to, values) => scatterAdd(to, dim, index, values),
      pick: (from) => gather(from, dim, index),
      clear: (to) => scatterValue(to, dim, index, 0n),
      reduce: (to, values) => scatterReduce(to, dim, index, values, reduce, includeSelf),
    });
  },
});
