/** Elements where a mask says, and where what is not zero lies. */
import { bool, int64, uint8 } from '../dtype.ts';
import { readAt, writeAt } from '../elements.ts';
import { runtimeError } from '../errors.ts';
import { declare, define } from '../registry.ts';
import { broadcastShapes, formatShape, isBroadcastableTo, numel, type Shape } from '../shape.ts';
import { broadcastTo, gather, rowMajor } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import { coordinates } from './advanced-index.ts';
import { maskedFill } from './choice.ts';
import { cat } from './joining.ts';
import { expand, view } from './movement.ts';
import { fromData } from './pointwise.ts';
import { unbind } from './splitting.ts';

export const maskedSelect = declare('masked_select(Tensor self, Tensor mask) -> Tensor');
const maskedSelectBackward = declare(
  '_masked_select_backward(Tensor? self, Tensor grad, int[] input_sizes, Tensor mask) -> Tensor',
);
const maskedScatter = declare('masked_scatter(Tensor self, Tensor mask, Tensor source) -> Tensor');
export const nonzero = declare('nonzero(Tensor self) -> Tensor');
const nonzeroTuple = declare('nonzero.tuple(Tensor self, *, bool as_tuple=False) -> Tensor');
const argwhere = declare('argwhere(Tensor self) -> Tensor');

/** Row-major positions in a tensor of this shape where the mask, broadcast to it, holds. */
function positionsOf(mask: Tensor, shape: Shape): Int32Array {
  const holds = broadcastTo(mask, shape, bool) as Uint8Array;
  const found: number[] = [];
  for (let i = 0; i < holds.length; i++) if (holds[i]) found.push(i);
  return Int32Array.from(found);
}

define(maskedSelect, {
  kernel: (self, mask) => {
    if (mask.dtype !== bool && mask.dtype !== uint8) {
      throw runtimeError('masked_select: expected BoolTensor or ByteTensor for mask');
    }
    const shape = broadcastShapes(mask.shape, self.shape);
    const at = positionsOf(mask, shape);
    return fromData(readAt(broadcastTo(self, shape, self.dtype), at, self.dtype), [at.length], self.dtype);
  },
  gradients: {
    self: {
      formula: '∂L/∂self = zeros, with upstream where the mask holds',
      rule: (g, s) => {
        const { shape } = s.metaOf();
        return maskedSelectBackward(null, g, broadcastShapes(shape, s.mask.shape), s.mask);
      },
    },
  },
});

define(maskedSelectBackward, {
  variants: { namespace: null, method: false },
  node: 'MaskedScatterBackward0',
  kernel: (_, grad, sizes, mask) => {
    const out = emptyTensor(sizes, grad.dtype);
    writeAt(out.storage.data, positionsOf(mask, sizes), rowMajor(grad), grad.dtype);
    return out;
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream where the mask does not hold',
      rule: (g, { mask }) => maskedFill(g, mask, 0n),
    },
    grad: { formula: '∂L/∂grad = upstream where the mask holds', rule: (g, { mask }) => maskedSelect(g, mask) },
  },
});

/** A copy of self whose masked elements are the first ones of source, in order. */
define(maskedScatter, {
  variants: { inplace: true },
  checkInplace: (self, mask) => {
    const { rank } = mask;
    if (rank > self.rank) {
      throw runtimeError(
        `expand(CPUBoolType{${formatShape(mask.shape)}}, size=${formatShape(self.shape)}): the number of sizes provided (${self.rank}) must be greater or equal to the number of dimensions in the tensor (${rank})`,
      );
    }
    if (!isBroadcastableTo(mask.shape, self.shape)) expand.def!.kernel(mask, self.shape, false);
  },
  kernel: (self, mask, source) => {
    if (source.dtype !== self.dtype) {
      throw runtimeError(
        `masked_scatter: expected self and source to have same dtypes but got${self.dtype.scalar} and ${source.dtype.scalar}`,
      );
    }
    if (mask.dtype !== bool && mask.dtype !== uint8) {
      throw runtimeError(`masked_scatter_ only supports boolean masks, but got mask with dtype ${mask.dtype.scalar}`);
    }
    const shape = broadcastShapes(self.shape, mask.shape);
    const out = fromData(broadcastTo(self, shape, self.dtype).slice(), shape, self.dtype);
    const at = positionsOf(mask, shape);
    if (at.length > source.numel) {
      throw runtimeError('Number of elements of source < number of ones in mask');
    }
    writeAt(out.storage.data, at, gather(source, source.shape), self.dtype);
    return out;
  },
  gradients: {
    self: {
      formula: '∂L/∂self = 0 where mask, else upstream',
      rule: (g, { mask }) => maskedFill(g, mask, 0n),
    },
    source: {
      formula: '∂L/∂source = upstream where mask, in order, then zeros',
      rule: (g, s) => firstOf(maskedSelect(g, s.mask), s.shapeOf(1)),
    },
  },
});

/** A vector of values in a shape that may have more places; zeros come after them. */
function firstOf(values: Tensor, shape: Shape): Tensor {
  const rest = numel(shape) - values.numel;
  return view(rest > 0 ? cat([values, emptyTensor([rest], values.dtype)]) : values, shape);
}

/** One row of coordinates for each element that is not zero. */
function nonzeroRows(self: Tensor): Tensor {
  const { count, rows } = coordinates(self);
  const data = new BigInt64Array(count * self.rank);
  rows.forEach((row, d) => {
    for (let i = 0; i < count; i++) data[d * count + i] = row[i]!;
  });
  const columns = fromData(data, [self.rank, count], int64);
  return self.rank === 0 ? emptyTensor([count, 0], int64) : transposed(columns, self.rank, count);
}

/** As PyTorch's lies in memory: a coordinate's values for all elements are next to each other. */
function transposed(columns: Tensor, rank: number, count: number): Tensor {
  columns.shape = [count, rank];
  columns.strides = [1, Math.max(count, 1)];
  return columns;
}

define(nonzero, { variants: { namespace: null, method: false }, kernel: nonzeroRows });
define(nonzeroTuple, {
  composite: true,
  out: {
    args: (args) => {
      if (args[1]) throw runtimeError('nonzero does not support the out kwarg when as_tuple is True');
      return args;
    },
  },
  kernel: (self, asTuple) => {
    const found = nonzero(self);
    return (
      asTuple ? unbind(self.rank === 0 ? nonzero(fromData(gather(self, []), [1], self.dtype)) : found, 1) : found
    ) as Tensor;
  },
});
define(argwhere, { composite: true, kernel: (self) => nonzero(self) });
