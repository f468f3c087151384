/** Writing whole slices of a dimension, by their numbers: `index_fill`, `index_copy`, `index_add`, `index_reduce`. */

import { int32, int64 } from '../dtype.ts';
import { addAt, writeAt } from '../elements.ts';
import { type EngineError, indexError, runtimeError } from '../errors.ts';
import { declare, define } from '../registry.ts';
import { contiguousStrides, formatShape, wrapDim } from '../shape.ts';
import { convert, gather, rowMajor } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import { type Scalar, wrapNumber } from '../values.ts';
import { type Reduction, reduceAt, reductionGradients } from './accumulation.ts';
import { mul } from './arithmetic.ts';
import { indexSelect, nonEmptyDim, slicePositions } from './indexing.ts';
import { limits, requireKernel } from './limits.ts';
import { expand, reshape } from './movement.ts';
import { fromData } from './pointwise.ts';
import { copyRaw } from './raw.ts';
import { sum } from './reduction.ts';

export const indexFill = declare('index_fill.int_Scalar(Tensor self, int dim, Tensor index, Scalar value) -> Tensor');
export const indexFillTensor = declare(
  'index_fill.int_Tensor(Tensor self, int dim, Tensor index, Tensor value) -> Tensor',
);
const indexCopy = declare('index_copy(Tensor self, int dim, Tensor index, Tensor source) -> Tensor');
export const indexAdd = declare(
  'index_add(Tensor self, int dim, Tensor index, Tensor source, *, Scalar alpha=1) -> Tensor',
);
const indexReduce = declare(
  'index_reduce(Tensor self, int dim, Tensor index, Tensor source, str reduce, *, bool include_self=True) -> Tensor',
);

/** Numbers of slices; `negative`: whether they may be counted from the end. */
function numbersOf(index: Tensor, size: number, negative: boolean, fail: (value: number) => EngineError): Int32Array {
  return Int32Array.from(rowMajor(index) as ArrayLike<number | bigint>, (given) => {
    const value = Number(given);
    if (value >= size || value < (negative ? -size : 0)) throw fail(value);
    return value < 0 ? value + size : value;
  });
}

/** A copy of self, and the places of the slices' elements in it. */
function target(self: Tensor, dim: number, numbers: Int32Array): { out: Tensor; at: Int32Array } {
  const out = fromData(gather(self, self.shape), self.shape, self.dtype);
  return { out, at: slicePositions(self.shape, contiguousStrides(self.shape), 0, dim, numbers).at };
}

function filled(self: Tensor, dim: number, index: Tensor, value: Tensor): Tensor {
  const d = wrapDim(dim, self.rank);
  if (index.dtype !== int64) throw indexError('index_fill_(): Expected dtype int64 for index.');
  if (index.rank > 1) throw runtimeError('Index has to be a vector/scalar');
  if (self.dtype.category < 3 && value.dtype.category === 3) {
    throw runtimeError('index_fill_(): Converting complex Scalar to non-complex type is not supported');
  }
  const size = nonEmptyDim(self.shape)[d]!;
  const numbers = numbersOf(index, size, true, (given) =>
    indexError(`index ${given} is out of bounds for dimension ${d} with size ${size}`),
  );
  const { out, at } = target(self, d, numbers);
  const values = emptyTensor([at.length], self.dtype);
  copyRaw(values, value);
  writeAt(out.storage.data, at, values.storage.data, self.dtype);
  return out;
}

const cleared = {
  formula: '∂L/∂self = upstream, 0 at index',
  rule: (g: Tensor, { dim, index }: { dim: number; index: Tensor }) => indexFill(g, dim, index, 0n),
} as const;

define(indexFill, {
  variants: { inplace: true },
  kernel: (self, dim, index, value: Scalar) => filled(self, dim, index, wrapNumber(value)),
  gradients: { self: cleared },
});
define(indexFillTensor, {
  variants: { inplace: true },
  node: 'IndexFillBackward1',
  kernel: (self, dim, index, value) => {
    if (value.rank > 0) {
      throw runtimeError(
        `index_fill_ only supports a 0-dimensional value tensor, but got tensor with ${value.rank} dimension(s).`,
      );
    }
    return filled(self, dim, index, value);
  },
  gradients: {
    self: cleared,
    value: {
      formula: '∂L/∂value = Σ upstream at index',
      rule: (g, { dim, index }) => sum(indexSelect(g, dim, index)),
    },
  },
});

function checkCopy(self: Tensor, d: number, index: Tensor, source: Tensor): void {
  if (index.rank > 1) throw indexError(`index_copy_(): Index should have dimension 1 or 0 (got ${index.rank})`);
  const count = index.numel;
  if (source.rank === 0 && count !== 1) {
    throw indexError(`index_copy_(): When source is scalar, index should have one element (got ${count})`);
  }
  if (source.rank !== self.rank && source.rank !== 0 && self.rank !== 0) {
    throw indexError(
      `index_copy_(): When source and destination are not scalars, their dimensionality must match. Source dimensionality (${source.rank}), destination dimensionality (${self.rank})`,
    );
  }
  if (index.dtype !== int64) {
    throw runtimeError(`index_copy_(): Expected a long tensor for index, but got ${index.dtype.scalar}`);
  }
  if (source.dtype !== self.dtype) {
    throw runtimeError(
      `index_copy_(): self and source expected to have the same dtype, but got (self) ${self.dtype.scalar} and (source) ${source.dtype.scalar}`,
    );
  }
  const [own, given] = [self.shape.toSpliced(d, 1), source.shape.toSpliced(d, 1)];
  if (formatShape(own) !== formatShape(given)) {
    throw runtimeError(
      `index_copy_(): Source/destination tensor must have same slice shapes. Destination slice shape: ${own.join(' ')} at dimension ${d} and source slice shape: ${given.join(' ')} at dimension 0.`,
    );
  }
  if (source.rank > 0 && count !== source.shape[d]) {
    throw indexError(
      `index_copy_(): Number of indices (${count}) should be equal to source.size(dim) (${source.shape[d]})`,
    );
  }
}

define(indexCopy, {
  names: true,
  variants: { inplace: true },
  kernel: (self, dim, index, source) => {
    const d = wrapDim(dim, self.rank);
    checkCopy(self, d, index, source);
    const size = nonEmptyDim(self.shape)[d]!;
    const numbers = numbersOf(index, size, false, (given) =>
      indexError(`index_copy_(): index ${given} is out of bounds for dimension ${d} with size ${size}`),
    );
    const { out, at } = target(self, d, numbers);
    writeAt(out.storage.data, at, rowMajor(source), self.dtype);
    return out;
  },
  gradients: {
    self: cleared,
    source: {
      formula: '∂L/∂source = upstream at index',
      rule: (g, s) => fitted(indexSelect(g, s.dim, s.index), s.shapeOf(1)),
    },
  },
});

const fitted = (part: Tensor, shape: readonly number[]): Tensor =>
  part.rank === shape.length ? expand(part, shape) : reshape(part, shape);

/** What `index_add` and `index_reduce` demand alike. */
function checkAdd(name: string, self: Tensor, d: number, index: Tensor, source: Tensor): void {
  if (index.rank > 1) {
    throw indexError(
      `${name}(): Index is supposed to be a vector, but got dim: ${index.rank} with type: ${index.dtype.scalar} and size: ${formatShape(index.shape)}`,
    );
  }
  if (index.dtype !== int64 && index.dtype !== int32) {
    throw runtimeError(`${name}(): Expected dtype int32/int64 for index but got: ${index.dtype.scalar}`);
  }
  if (source.dtype !== self.dtype) {
    throw runtimeError(
      `${name}(): self (${self.dtype.scalar}) and source (${source.dtype.scalar}) must have the same scalar type`,
    );
  }
  const given = source.rank === 0 ? 1 : (source.shape[d] ?? source.shape.at(-1)!);
  if (index.numel !== given) {
    throw runtimeError(
      `${name}(): Number of indices (${index.numel}) should be equal to source.size(dim): (${given}), for dim: ${d}`,
    );
  }
  const [own, other] = [self.shape.toSpliced(d, 1), source.shape.toSpliced(d, 1)];
  const differs = own.findIndex((size, i) => size !== other[i]);
  if (differs >= 0 || own.length !== other.length) {
    throw runtimeError(
      `The size of tensor a (${own[differs]}) must match the size of tensor b (${other[differs]}) at non-singleton dimension ${differs}`,
    );
  }
}

const outOfRange = (): EngineError => indexError('index out of range in self');

define(indexAdd, {
  names: true,
  variants: { inplace: true },
  kernel: (self, dim, index, source, alpha) => {
    const d = wrapDim(dim, self.rank);
    checkAdd('index_add_', self, d, index, source);
    const numbers = numbersOf(index, nonEmptyDim(self.shape)[d]!, false, outOfRange);
    const { out, at } = target(self, d, numbers);
    const scaled = alpha === 1n || alpha === 1 ? source : (mul.def!.kernel(source, wrapNumber(alpha)) as Tensor);
    const values = convert(rowMajor(scaled), scaled.dtype, self.dtype);
    if (self.dtype.category === 0) reduceAt(out.storage.data, at, values, self.dtype, 'sum', true);
    else addAt(out.storage.data, at, values, self.dtype);
    return out;
  },
  gradients: {
    self: { formula: '∂L/∂self = upstream', rule: (g) => g },
    source: {
      formula: '∂L/∂source = alpha · upstream at index',
      rule: (g, s) => {
        const part = fitted(indexSelect(g, s.dim, s.index), s.shapeOf(1));
        return s.alpha === 1n || s.alpha === 1 ? part : mul(part, s.alpha);
      },
    },
  },
});

const REDUCTIONS: readonly string[] = ['prod', 'mean', 'amax', 'amin'];

define(indexReduce, {
  variants: { inplace: true },
  kernel: (self, dim, index, source, reduce, includeSelf) => {
    if (!REDUCTIONS.includes(reduce)) {
      throw runtimeError(`index_reduce(): Expected reduce to be one of prod, mean, amax or amin but got ${reduce}.`);
    }
    const d = wrapDim(dim, self.rank);
    checkAdd('index_reduce_', self, d, index, source);
    requireKernel(limits('index_func_', 'bool', 'complex'), self.dtype);
    const numbers = numbersOf(index, nonEmptyDim(self.shape)[d]!, false, outOfRange);
    const { out, at } = target(self, d, numbers);
    reduceAt(out.storage.data, at, rowMajor(source), self.dtype, reduce as Reduction, includeSelf);
    return out;
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream · ∂result/∂self',
      saves: ['self', 'source', 'index', 'result'],
      rule: () => null,
    },
    source: {
      formula: '∂L/∂source = (upstream · ∂result/∂source) at index',
      saves: ['self', 'source', 'index', 'result'],
      rule: () => null,
    },
  },
  joint: ([grad], s) => {
    if (grad === null || grad === undefined) return [null, null];
    const { self, source, index, dim, reduce, include_self: includeSelf } = s;
    return reductionGradients(grad, self, source, s.result, reduce as Reduction, includeSelf, {
      addTo: (to, values) => indexAdd(to, dim, index, values),
      pick: (from) => indexSelect(from, dim, index),
      clear: (to) => indexFill(to, dim, index, 0n),
      reduce: (to, values) => indexReduce(to, dim, index, values, reduce, includeSelf),
    });
  },
});
