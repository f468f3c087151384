/** Reading and writing where index tensors say: `x[rows, columns]`, `x[mask]`. */
import { bool, int64, uint8 } from '../dtype.ts';
import { addAt, readAt, writeAt } from '../elements.ts';
import { indexError, runtimeError } from '../errors.ts';
import { declare, define } from '../registry.ts';
import { broadcastShapes, contiguousStrides, formatShape, isBroadcastableTo, numel, type Shape } from '../shape.ts';
import { broadcastTo, gather, positions, rowMajor } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import { fromData } from './pointwise.ts';

export const index = declare('index.Tensor(Tensor self, Tensor?[] indices) -> Tensor');
const indexBackward = declare(
  '_index_put_zeros(Tensor? self, Tensor values, int[] sizes, Tensor?[] indices) -> Tensor',
);
export const indexPut = declare(
  'index_put(Tensor self, Tensor?[] indices, Tensor values, bool accumulate=False) -> Tensor',
);

export type Indices = readonly (Tensor | null)[];

const isMask = ({ dtype }: Tensor): boolean => dtype === bool || dtype === uint8;

/** Coordinates of what is not zero, one row of them per dimension. */
export function coordinates(tensor: Tensor): { count: number; rows: BigInt64Array[] } {
  const data = rowMajor(tensor) as ArrayLike<number | bigint>;
  const { lanes } = tensor.dtype;
  const found: number[] = [];
  for (let i = 0; i < data.length; i += lanes) {
    if (Number(data[i]) !== 0 || (lanes === 2 && data[i + 1] !== 0)) found.push(i / lanes);
  }
  const strides = contiguousStrides(tensor.shape);
  const rows = tensor.shape.map((size, d) =>
    BigInt64Array.from(found, (position) => BigInt(Math.floor(position / strides[d]!) % size)),
  );
  return { count: found.length, rows };
}

/** Masks become an index tensor for each of their dimensions. */
function expandMasks(shape: Shape, given: Indices): (Tensor | null)[] {
  let d = 0;
  const indices = given.flatMap((one): (Tensor | null)[] => {
    if (one === null || !isMask(one)) {
      d++;
      return [one];
    }
    checkMask(one, shape, d);
    d += one.rank;
    const { count, rows } = coordinates(one);
    return rows.map((row) => fromData(row, [count], int64));
  });
  if (d > shape.length) {
    throw indexError(`too many indices for tensor of dimension ${shape.length} (got ${d})`);
  }
  while (indices.length < shape.length) indices.push(null);
  return indices;
}

function checkMask(mask: Tensor, shape: Shape, d: number): void {
  mask.shape.forEach((size, k) => {
    if (size === shape[d + k]) return;
    throw indexError(
      `The shape of the mask ${formatShape(mask.shape)} at index ${k} does not match the shape of the indexed tensor ${formatShape(shape)} at index ${d + k}`,
    );
  });
}

/** Where a tensor's elements lie. */
interface Memory {
  readonly shape: Shape;
  readonly strides: Shape;
  readonly offset: number;
}

const rowMajorMemory = (shape: Shape): Memory => ({ shape, strides: contiguousStrides(shape), offset: 0 });

/** Which elements the index tensors mean: the result's shape, and the elements' places in memory. */
function resolve(memory: Memory, given: Indices): { shape: Shape; at: Int32Array } {
  const { shape, strides, offset } = memory;
  const indices = expandMasks(shape, given);
  const used = indices.flatMap((one, d) => (one === null ? [] : [d]));
  const common = commonShape(used.map((d) => indices[d]!.shape));
  const starts = new Int32Array(numel(common)).fill(offset);
  if (starts.length > 0 && used.some((d) => shape[d] === 0)) {
    throw indexError('index is out of bounds for dimension with size 0');
  }
  const isEmpty = shape.some((size, d) => size === 0 && indices[d] === null);
  used.forEach((d, i) => {
    if (!isEmpty) addPositions(starts, indices[d]!, common, i, shape[d]!, strides[d]!);
  });
  const together = used.every((d, i) => i === 0 || d === used[i - 1]! + 1);
  const lead = together ? (used[0] ?? 0) : 0;
  const rest = shape.map((_, d) => d).filter((d) => indices[d] === null);
  const [before, after] = [rest.filter((d) => d < lead), rest.filter((d) => d >= lead)];
  const sizes = (dims: Shape): number[] => dims.map((d) => shape[d]!);
  const spread = (dims: Shape): Int32Array =>
    positions(
      sizes(dims),
      dims.map((d) => strides[d]!),
      0,
    );
  return {
    shape: [...sizes(before), ...common, ...sizes(after)],
    at: allSums(spread(before), starts, spread(after)),
  };
}

function allSums(outer: Int32Array, middle: Int32Array, inner: Int32Array): Int32Array {
  const out = new Int32Array(outer.length * middle.length * inner.length);
  let i = 0;
  for (const a of outer) {
    for (const b of middle) {
      for (const c of inner) out[i++] = a + b + c;
    }
  }
  return out;
}

function commonShape(shapes: readonly Shape[]): Shape {
  try {
    return shapes.reduce((a, b) => broadcastShapes(a, b), [] as Shape);
  } catch {
    throw indexError(
      `shape mismatch: indexing tensors could not be broadcast together with shapes ${shapes.map(formatShape).join(', ')}`,
    );
  }
}

/** `dim`: the how-manieth index tensor, which is what PyTorch's message calls the dimension. */
function addPositions(starts: Int32Array, one: Tensor, common: Shape, dim: number, size: number, stride: number): void {
  const values = broadcastTo(one, common, int64) as BigInt64Array;
  for (let i = 0; i < values.length; i++) {
    const position = Number(values[i]!);
    if (position < -size || position >= size) {
      throw indexError(`index ${position} is out of bounds for dimension ${dim} with size ${size}`);
    }
    starts[i]! += (position < 0 ? position + size : position) * stride;
  }
}

function checkDtypes(indices: Indices): void {
  for (const one of indices) {
    if (one === null || one.dtype === int64 || isMask(one)) continue;
    throw indexError('tensors used as indices must be long, byte or bool tensors');
  }
}

define(index, {
  variants: { namespace: null, method: false },
  kernel: (self, indices) => {
    checkDtypes(indices);
    const { shape, at } = resolve(self, indices);
    return fromData(readAt(self.storage.data, at, self.dtype), shape, self.dtype);
  },
  gradients: {
    self: {
      formula: '∂L/∂self = zeros, with upstream added at indices',
      rule: (g, s) => indexBackward(null, g, s.shapeOf(), s.indices),
    },
  },
});

define(indexBackward, {
  variants: { namespace: null, method: false },
  node: 'IndexPutImplBackward0',
  kernel: (_, values, sizes, indices) => {
    const out = emptyTensor(sizes, values.dtype);
    addAt(out.storage.data, resolve(rowMajorMemory(sizes), indices).at, rowMajor(values), values.dtype);
    return out;
  },
  gradients: {
    self: { formula: '∂L/∂self = upstream', rule: (g) => g },
    values: { formula: '∂L/∂values = upstream at indices', rule: (g, { indices }) => index(g, indices) },
  },
});

define(indexPut, {
  variants: { inplace: true },
  kernel: (self, indices, values, accumulate) => {
    checkDtypes(indices);
    const out = fromData(gather(self, self.shape), self.shape, self.dtype);
    const { shape, at } = resolve(rowMajorMemory(self.shape), indices);
    if (!isBroadcastableTo(values.shape, shape)) {
      throw runtimeError(
        `shape mismatch: value tensor of shape ${formatShape(values.shape)} cannot be broadcast to indexing result of shape ${formatShape(shape)}`,
      );
    }
    if (values.dtype !== self.dtype) {
      throw runtimeError(
        `Index put requires the source and destination dtypes match, got ${self.dtype.scalar} for the destination and ${values.dtype.scalar} for the source.`,
      );
    }
    (accumulate ? addAt : writeAt)(out.storage.data, at, broadcastTo(values, shape, self.dtype), self.dtype);
    return out;
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream, 0 at indices',
      rule: (g, { indices, accumulate }) => (accumulate ? g : indexPut(g, indices, emptyTensor([], g.dtype))),
    },
    values: { formula: '∂L/∂values = upstream at indices', rule: (g, { indices }) => index(g, indices) },
  },
});
