/** Reading and adding along one dimension by an index tensor of the result's shape: `gather`, `scatter_add`; and whole slices: `index_select`. */
import { int32, int64 } from '../dtype.ts';
import { addAt, readAt } from '../elements.ts';
import { type EngineError, indexError, runtimeError } from '../errors.ts';
import { declare, define } from '../registry.ts';
import { contiguousStrides, formatShape, type Shape, wrapDim } from '../shape.ts';
import { gather as copyElements, positions, rowMajor } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import { restrided } from './layout.ts';
import { fromData } from './pointwise.ts';

export const gather = declare('gather(Tensor self, int dim, Tensor index, *, bool sparse_grad=False) -> Tensor');
export const scatterAdd = declare('scatter_add(Tensor self, int dim, Tensor index, Tensor src) -> Tensor');
export const scatterZeros = declare(
  '_scatter_zeros(Tensor? self, Tensor src, int[] sizes, int dim, Tensor index) -> Tensor',
);
const scatterAddZeros = declare(
  '_scatter_add_zeros(Tensor? self, Tensor src, int[] sizes, int dim, Tensor index) -> Tensor',
);
export const indexSelect = declare('index_select(Tensor self, int dim, Tensor index) -> Tensor');
export const indexSelectBackward = declare(
  'index_select_backward(Tensor? self, Tensor grad, int[] self_sizes, int dim, Tensor index) -> Tensor',
);

/** A 0-d tensor counts as one of a single element. */
export const nonEmptyDim = (shape: Shape): Shape => (shape.length === 0 ? [1] : shape);

const isIndex = ({ dtype, numel }: Tensor): boolean => dtype === int64 || numel === 0;

/** What `gather` and `scatter` demand of their index and of src. `self` and `index` may be larger than each other along `dim` only. */
export function checkIndex(name: string, self: Tensor, dim: number, index: Tensor, src: Tensor | null): number {
  const at = wrapDim(dim, self.rank);
  if (!isIndex(index)) throw runtimeError(`${name}(): Expected dtype int64 for index`);
  if (src !== null && src.dtype !== self.dtype) {
    throw runtimeError(`${name}(): Expected self.dtype to be equal to src.dtype`);
  }
  if (index.numel === 0) return at;
  const [own, asked] = [nonEmptyDim(self.shape), nonEmptyDim(index.shape)];
  if (own.length !== asked.length) {
    throw runtimeError(
      `Index tensor must have the same number of dimensions as ${name === 'gather' ? 'input' : 'self'} tensor`,
    );
  }
  if (src !== null && nonEmptyDim(src.shape).length !== asked.length) {
    throw runtimeError('Index tensor must have the same number of dimensions as src tensor');
  }
  const given = src === null ? null : nonEmptyDim(src.shape);
  const fits = asked.every((size, d) => (d === at || size <= own[d]!) && (given === null || size <= given[d]!));
  if (!fits) throw runtimeError(sizeMismatch(name, self, at, index, src, asked, own));
  return at;
}

function sizeMismatch(
  name: string,
  self: Tensor,
  dim: number,
  index: Tensor,
  src: Tensor | null,
  asked: Shape,
  own: Shape,
): string {
  if (name === 'gather') {
    const at = asked.findIndex((size, d) => d !== dim && size > own[d]!);
    return `Size does not match at dimension ${at} expected index ${formatShape(index.shape)} to be smaller than self ${formatShape(self.shape)} apart from dimension ${dim}`;
  }
  const tail = src === null ? '' : ` and to be smaller size than src ${formatShape(src.shape)}`;
  return `Expected index ${formatShape(index.shape)} to be smaller than self ${formatShape(self.shape)} apart from dimension ${dim}${tail}`;
}

/** Where in memory each element of an index tensor points, in a tensor of this geometry, along `dim`. */
export function alongPositions(shape: Shape, strides: Shape, offset: number, dim: number, index: Tensor): Int32Array {
  if (index.numel === 0) return new Int32Array(0);
  const size = nonEmptyDim(shape)[dim]!;
  const step = strides[dim] ?? 1;
  const asked = nonEmptyDim(index.shape);
  const base = positions(asked, shape.length === 0 ? [0] : strides.with(dim, 0), offset);
  const values = rowMajor(index) as BigInt64Array;
  for (let i = 0; i < values.length; i++) {
    const position = Number(values[i]!);
    if (position < 0 || position >= size) {
      throw runtimeError(`index ${position} is out of bounds for dimension ${dim} with size ${size}`);
    }
    base[i]! += position * step;
  }
  return base;
}

define(gather, {
  names: true,
  kernel: (self, dim, index) => {
    const at = checkIndex('gather', self, dim, index, null);
    const places = alongPositions(self.shape, self.strides, self.offset, at, index);
    return fromData(readAt(self.storage.data, places, self.dtype), index.shape, self.dtype);
  },
  gradients: {
    self: {
      formula: '∂L/∂self = zeros, with upstream added at index',
      rule: (g, s) => scatterAddZeros(null, g, s.shapeOf(), s.dim, s.index),
    },
  },
});

/** Zeros of a shape, with the values added where the index says. */
export const scatterTo = (values: Tensor, shape: Shape, dim: number, at: Tensor): Tensor =>
  scatterAddZeros(null, values, shape, dim, at);

/** Adds the part of src that the index has the shape of. */
function addAlong(out: Tensor, dim: number, index: Tensor, src: Tensor): Tensor {
  const at = wrapDim(dim, out.rank);
  const places = alongPositions(out.shape, contiguousStrides(out.shape), 0, at, index);
  addAt(out.storage.data, places, partOf(src, index.shape), out.dtype);
  return out;
}

/** The elements of the corner of src that has this shape. */
export const partOf = (src: Tensor, shape: Shape) =>
  src.rank === shape.length ? copyElements(restrided(src, shape, src.strides), shape) : rowMajor(src);

/** Scattering onto zeros: to PyTorch an op of two operands, of which the zeros have no history. */
function ontoZeros(op: typeof scatterZeros, node: string): void {
  define(op, {
    variants: { namespace: null, method: false },
    node,
    kernel: (_, src, sizes, dim, index) => addAlong(emptyTensor(sizes, src.dtype), dim, index, src),
    gradients: {
      self: { formula: '∂L/∂self = upstream', rule: (g) => g },
      src: { formula: '∂L/∂src = upstream at index', rule: (g, { dim, index }) => gather(g, dim, index) },
    },
  });
}
ontoZeros(scatterZeros, 'ScatterBackward0');
ontoZeros(scatterAddZeros as never, 'ScatterAddBackward0');

define(scatterAdd, {
  names: true,
  variants: { inplace: true },
  kernel: (self, dim, index, src) => {
    checkIndex('scatter', self, dim, index, src);
    return addAlong(fromData(copyElements(self, self.shape), self.shape, self.dtype), dim, index, src);
  },
  gradients: {
    self: { formula: '∂L/∂self = upstream', rule: (g) => g },
    src: {
      formula: '∂L/∂src = upstream at index',
      rule: (g, { dim, index }) => gather(g, dim, index),
    },
  },
});

/** The index of `index_select` and its kin: a vector, or a single number. */
export function sliceNumbers(
  name: string,
  index: Tensor,
  size: number,
  refused = (_position: number): EngineError => indexError('index out of range in self'),
): Int32Array {
  if (index.rank > 1) throw indexError(`${name}(): Index is supposed to be a vector`);
  if (index.dtype !== int64 && index.dtype !== int32) {
    throw runtimeError(`${name}(): Expected dtype int32 or int64 for index`);
  }
  return Int32Array.from(rowMajor(index) as ArrayLike<number | bigint>, (value) => {
    const position = Number(value);
    if (position < 0 || position >= size) throw refused(position);
    return position;
  });
}

/** PyTorch has another kernel for columns, and another check where there are no elements. */
function outOfSlices({ shape, rank, numel }: Tensor, dim: number, position: number): EngineError {
  if (rank < 2 || (dim !== 1 && numel > 0)) return indexError('index out of range in self');
  if (shape[dim] === 0) return runtimeError('index_select(): self indexing axis dim should be positive');
  return runtimeError(`INDICES element is out of DATA bounds, id=${position} axis_dim=${shape[dim]}`);
}

/** Positions of the slices' elements, slice numbers along `dim`. */
export function slicePositions(shape: Shape, strides: Shape, offset: number, dim: number, numbers: Int32Array) {
  const sizes = nonEmptyDim(shape).with(dim, numbers.length);
  const step = strides[dim] ?? 1;
  const base = positions(sizes, shape.length === 0 ? [0] : strides.with(dim, 0), offset);
  const inner = sizes.slice(dim + 1).reduce((a, b) => a * b, 1);
  for (let i = 0; i < base.length; i++) base[i]! += numbers[Math.floor(i / inner) % numbers.length]! * step;
  return { sizes, at: base };
}

define(indexSelect, {
  names: true,
  kernel: (self, dim, index) => {
    const at = wrapDim(dim, self.rank);
    const size = nonEmptyDim(self.shape)[at]!;
    const numbers = sliceNumbers('index_select', index, size, (position) => outOfSlices(self, at, position));
    const { sizes, at: places } = slicePositions(self.shape, self.strides, self.offset, at, numbers);
    return fromData(readAt(self.storage.data, places, self.dtype), self.rank === 0 ? [] : sizes, self.dtype);
  },
  gradients: {
    self: {
      formula: '∂L/∂self = zeros, with upstream added at index',
      rule: (g, s) => indexSelectBackward(null, g, s.shapeOf(), s.dim, s.index),
    },
  },
});

define(indexSelectBackward, {
  variants: { namespace: null, method: false },
  node: 'IndexAddBackward0',
  kernel: (_, grad, sizes, dim, index) => {
    const at = wrapDim(dim, sizes.length);
    const out = emptyTensor(sizes, grad.dtype);
    const numbers = sliceNumbers('index_select', index, nonEmptyDim(sizes)[at]!);
    const places = slicePositions(sizes, contiguousStrides(sizes), 0, at, numbers).at;
    addAt(out.storage.data, places, rowMajor(grad), grad.dtype);
    return out;
  },
  gradients: {
    self: { formula: '∂L/∂self = upstream', rule: (g) => g },
    grad: { formula: '∂L/∂grad = upstream at index', rule: (g, { dim, index }) => indexSelect(g, dim, index) },
  },
});
