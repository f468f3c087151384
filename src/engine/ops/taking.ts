/** Reading and writing by position in the flattened tensor: `take`, `put`; and `take_along_dim`. */
import { int64 } from '../dtype.ts';
import { addAt, readAt, writeAt } from '../elements.ts';
import { indexError, runtimeError } from '../errors.ts';
import { declare, define } from '../registry.ts';
import { broadcastShapes, wrapDim } from '../shape.ts';
import { gather as copyElements, rowMajor } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import { gather } from './indexing.ts';
import { expand, reshape, view } from './movement.ts';
import { fromData } from './pointwise.ts';

const take = declare('take(Tensor self, Tensor index) -> Tensor');
const put = declare('put(Tensor self, Tensor index, Tensor source, bool accumulate=False) -> Tensor');
const takeAlongDim = declare('take_along_dim(Tensor self, Tensor indices, int? dim=None) -> Tensor');

function placesIn(name: string, self: Tensor, index: Tensor): Int32Array {
  const count = self.numel;
  if (index.dtype !== int64) {
    throw runtimeError(`${name}(): Expected a long tensor for index, but got ${index.dtype.scalar}`);
  }
  return Int32Array.from(rowMajor(index) as BigInt64Array, (given) => {
    const value = Number(given);
    if (value >= count || value < -count) {
      throw indexError(`out of range: tried to access index ${value} on a tensor of ${count} elements.`);
    }
    return value < 0 ? value + count : value;
  });
}

define(take, {
  kernel: (self, index) => {
    if (self.numel === 0 && index.numel > 0 && index.dtype === int64) {
      throw indexError('take(): tried to take from an empty tensor');
    }
    const at = placesIn('take', self, index);
    return fromData(readAt(rowMajor(self), at, self.dtype), index.shape, self.dtype);
  },
  gradients: {
    self: {
      formula: '∂L/∂self = zeros, with upstream added at index',
      rule: (g, s) => put(emptyTensor(s.shapeOf(), g.dtype), s.index, g, true),
    },
  },
});

define(put, {
  variants: { inplace: true, namespace: 'torch' },
  kernel: (self, index, source, accumulate) => {
    if (index.dtype === int64 && source.dtype !== self.dtype) {
      throw runtimeError(
        `put_(): self and source expected to have the same dtype, but got self.dtype = ${self.dtype.scalar} and source.dtype = ${source.dtype.scalar}`,
      );
    }
    if (index.dtype === int64 && source.numel !== index.numel) {
      throw indexError(
        `put_(): Expected source and index to have the same number of elements, but got source.numel() = ${source.numel}, index.numel() = ${index.numel}`,
      );
    }
    const at = placesIn('put_', self, index);
    const out = fromData(copyElements(self, self.shape), self.shape, self.dtype);
    (accumulate ? addAt : writeAt)(out.storage.data, at, rowMajor(source), self.dtype);
    return out;
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream, 0 at index',
      rule: (g, s) => (s.accumulate ? g : put(g, s.index, emptyTensor(s.index.shape, g.dtype), false)),
    },
    source: {
      formula: '∂L/∂source = upstream at index',
      rule: (g, s) => reshape(take(g, s.index), s.shapeOf(1)),
    },
  },
});

define(takeAlongDim, {
  composite: true,
  kernel: (self, indices, dim) => {
    if (dim === null) return gather(view(self, [-1]), 0, view(indices, [-1]));
    if (self.rank !== indices.rank) {
      throw runtimeError(
        `torch.take_along_dim(): input and indices should have the same number of dimensions, but got ${self.rank} dimensions for input, and ${indices.rank} dimensions for indices`,
      );
    }
    if (indices.dtype !== int64) {
      throw runtimeError(`torch.take_along_dim(): dtype of indices should be Long but got ${indices.dtype.scalar}`);
    }
    const at = wrapDim(dim, self.rank);
    const common = broadcastShapes(self.shape.with(at, 1), indices.shape.with(at, 1));
    const input = expand(self, common.with(at, self.shape[at]!));
    return gather(input, at, expand(indices, common.with(at, indices.shape[at]!)));
  },
});
