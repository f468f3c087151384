/** Reading and writing by index. */
import { bool, int64, uint8 } from '../dtype.ts';
import { indexError, runtimeError, typeError, valueError } from '../errors.ts';
import { dispatchInplace } from '../inplace.ts';
import { declare, define } from '../registry.ts';
import { broadcastShapes, contiguousStrides, formatShape, numel, type Shape, wrapDim } from '../shape.ts';
import { broadcastTo, positions, rowMajor } from '../strided.ts';
import { emptyTensor, Tensor } from '../tensor.ts';
import { type Arg, ELLIPSIS, type Scalar, Slice, toNumber } from '../values.ts';
import { cast } from './cast.ts';
import { restrided } from './layout.ts';
import { select, slice, unsqueeze } from './movement.ts';
import { fromData } from './pointwise.ts';
import { copyRaw } from './raw.ts';
import { copy } from './writing.ts';

export const index = declare('index.Tensor(Tensor self, Index indices) -> Tensor');
const indexBackward = declare('_index_put_zeros(Tensor values, int[] sizes, Index indices) -> Tensor');
export const indexPut = declare(
  'index_put(Tensor self, Index indices, Tensor values, bool accumulate=False) -> Tensor',
);
export const getitem = declare('__getitem__(Tensor self, Index index) -> Tensor');
export const setitem = declare('__setitem__(Tensor self, Index index, Tensor value) -> Tensor');
export const gather = declare('gather(Tensor self, int dim, Tensor index) -> Tensor');
const scatterAdd = declare('scatter_add(Tensor self, int dim, Tensor index, Tensor src) -> Tensor');
const scatterZeros = declare('_scatter_zeros(Tensor src, int[] sizes, int dim, Tensor index) -> Tensor');
export const indexSelect = declare('index_select(Tensor self, int dim, Tensor index) -> Tensor');

const internal = { variants: { namespace: null, method: false } } as const;

type Indices = readonly (Tensor | null)[];

/** Which elements of a tensor of this shape the index tensors mean: the result's shape and the row-major positions. */
function resolve(shape: Shape, given: Indices): { shape: Shape; at: Int32Array } {
  const indices = given.flatMap((one) =>
    one !== null && (one.dtype === bool || one.dtype === uint8) ? nonzero(one) : [one],
  );
  while (indices.length < shape.length) indices.push(null);
  const used = indices.flatMap((one, d) => (one === null ? [] : [d]));
  const common = used
    .map((d) => indices[d]!.shape)
    .reduce(
      (a, b) =>
        joinShapes(
          a,
          b,
          used.map((d) => indices[d]!.shape),
        ),
      [] as Shape,
    );
  const together = used.every((d, i) => i === 0 || d === used[i - 1]! + 1);
  const strides = contiguousStrides(shape);
  const count = numel(common);
  const starts = new Int32Array(count);
  for (const d of used) addPositions(starts, indices[d]!, common, d, shape[d]!, strides[d]!);
  const lead = together ? used[0]! : 0;
  const rest = shape.map((_, d) => d).filter((d) => indices[d] === null);
  const [before, after] = [rest.filter((d) => together && d < lead), rest.filter((d) => !(together && d < lead))];
  const outer = positions(
    before.map((d) => shape[d]!),
    before.map((d) => strides[d]!),
    0,
  );
  const inner = positions(
    after.map((d) => shape[d]!),
    after.map((d) => strides[d]!),
    0,
  );
  const at = new Int32Array(outer.length * count * inner.length);
  let i = 0;
  for (const a of outer) for (const b of starts) for (const c of inner) at[i++] = a + b + c;
  return { shape: [...before.map((d) => shape[d]!), ...common, ...after.map((d) => shape[d]!)], at };
}

function joinShapes(a: Shape, b: Shape, all: readonly Shape[]): Shape {
  try {
    return broadcastShapes(a, b);
  } catch {
    throw indexError(
      `shape mismatch: indexing tensors could not be broadcast together with shapes ${all.map(formatShape).join(', ')}`,
    );
  }
}

function addPositions(starts: Int32Array, one: Tensor, common: Shape, dim: number, size: number, stride: number): void {
  const values = broadcastTo(one, common, int64) as BigInt64Array;
  values.forEach((value, i) => {
    const position = Number(value);
    if (position < -size || position >= size) {
      throw indexError(`index ${position} is out of bounds for dimension ${dim} with size ${size}`);
    }
    starts[i]! += (position < 0 ? position + size : position) * stride;
  });
}

/** One index tensor per dimension of a mask. */
function nonzero(mask: Tensor): Tensor[] {
  const found = Array.from(rowMajor(mask) as Uint8Array).flatMap((value, i) => (value ? [i] : []));
  const strides = contiguousStrides(mask.shape);
  return mask.shape.map((size, d) => {
    const coordinates = found.map((position) => BigInt(Math.floor(position / strides[d]!) % size));
    return fromData(BigInt64Array.from(coordinates), [found.length], int64);
  });
}

function checkMasks(self: Tensor, indices: Indices): void {
  let d = 0;
  indices.forEach((one) => {
    if (one === null || one.dtype !== bool) {
      d++;
      return;
    }
    one.shape.forEach((size, k) => {
      if (size === self.shape[d + k]) return;
      throw indexError(
        `The shape of the mask ${formatShape(one.shape)} at index ${k} does not match the shape of the indexed tensor ${formatShape(self.shape)} at index ${d + k}`,
      );
    });
    d += one.rank;
  });
  if (d > self.rank) throw indexError(`too many indices for tensor of dimension ${self.rank}`);
}

define(index, {
  ...internal,
  kernel: (self, given) => {
    const indices = given as Indices;
    checkMasks(self, indices);
    const { shape, at } = resolve(self.shape, indices);
    const out = emptyTensor(shape, self.dtype);
    const from = rowMajor(self) as Float64Array;
    const data = out.storage.data as Float64Array;
    at.forEach((position, i) => {
      data[i] = from[position]!;
    });
    return out;
  },
  gradients: {
    self: {
      formula: '∂L/∂self = zeros, with upstream added at indices',
      rule: (g, s) => indexBackward(g, s.shapeOf(), s.indices),
    },
  },
});

/** Adds where an element is meant twice. */
function addAt(out: Tensor, at: Int32Array, values: Tensor): Tensor {
  const from = rowMajor(values) as Float64Array;
  const data = out.storage.data as Float64Array;
  at.forEach((position, i) => {
    data[position]! += from[i]!;
  });
  return out;
}

define(indexBackward, {
  ...internal,
  kernel: (values, sizes, indices) =>
    addAt(emptyTensor(sizes, values.dtype), resolve(sizes, indices as Indices).at, values),
  gradients: {
    values: { formula: '∂L/∂values = upstream at indices', rule: (g, { indices }) => index(g, indices) },
  },
});

define(indexPut, {
  variants: { namespace: null, inplace: true },
  kernel: (self, indices, values, accumulate) => {
    checkMasks(self, indices as Indices);
    const { shape, at } = resolve(self.shape, indices as Indices);
    const out = emptyTensor(self.shape, self.dtype);
    copyRaw(out, self);
    const from = putValues(values, shape, self);
    const data = out.storage.data as Float64Array;
    at.forEach((position, i) => {
      data[position] = accumulate ? data[position]! + from[i]! : from[i]!;
    });
    return out;
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream, 0 at indices',
      rule: (g, { indices, accumulate }) => {
        if (accumulate) return g;
        const zero = emptyTensor([], g.dtype);
        return indexPut(g, indices, zero);
      },
    },
    values: { formula: '∂L/∂values = upstream at indices', rule: (g, { indices }) => index(g, indices) },
  },
});

function putValues(values: Tensor, shape: Shape, self: Tensor): Float64Array {
  try {
    if (numel(broadcastShapes(values.shape, shape)) > numel(shape)) throw runtimeError('');
  } catch {
    throw runtimeError(
      `shape mismatch: value tensor of shape ${formatShape(values.shape)} cannot be broadcast to indexing result of shape ${formatShape(shape)}`,
    );
  }
  return broadcastTo(values, shape, self.dtype) as Float64Array;
}

/** What remains of `x[...]` once ints, slices, None and Ellipsis have been applied: a view, and index tensors for it. */
function applyIndex(self: Tensor, given: Arg): { view: Tensor; indices: Indices | null } {
  const entries = indexEntries(self, given);
  let view = self;
  let dim = 0;
  const indices: (Tensor | null)[] = [];
  for (const entry of entries) {
    if (entry === null) {
      view = unsqueeze(view, dim++);
    } else if (entry instanceof Slice) {
      view = applySlice(view, dim++, entry);
    } else if (entry instanceof Tensor) {
      while (indices.length < dim) indices.push(null);
      indices.push(entry);
      dim += entry.dtype === bool || entry.dtype === uint8 ? entry.rank : 1;
      while (indices.length < dim - (entry.dtype === bool ? entry.rank - 1 : 0)) indices.push(null);
    } else {
      view = applyInt(view, dim, Number(entry as bigint), self);
    }
  }
  return { view, indices: indices.length === 0 ? null : indices };
}

function applySlice(view: Tensor, dim: number, { start, stop, step }: Slice): Tensor {
  if (step !== null && step <= 0) throw valueError('step must be greater than zero');
  const whole = (start === null || start === 0) && (stop === null || stop >= view.shape[dim]!) && (step ?? 1) === 1;
  return whole && stop === null && start === null ? sliceAll(view, dim) : slice(view, dim, start, stop, step ?? 1);
}

/** PyTorch drops a slice that takes everything, except for the alias that `x[:]` alone makes. */
const sliceAll = (view: Tensor, dim: number): Tensor => slice(view, dim, 0, view.shape[dim]!, 1);

function applyInt(view: Tensor, dim: number, at: number, self: Tensor): Tensor {
  const size = view.shape[dim];
  if (size === undefined) {
    throw indexError(
      self.rank === 0
        ? 'invalid index of a 0-dim tensor. Use `tensor.item()` in Python or `tensor.item<T>()` in C++ to convert a 0-dim tensor to a number'
        : `too many indices for tensor of dimension ${self.rank}`,
    );
  }
  if (at < -size || at >= size) {
    throw indexError(`index ${at} is out of bounds for dimension ${dim} with size ${size}`);
  }
  return select(view, dim, at);
}

type Entry = null | Slice | Tensor | bigint;

const ALL = new Slice(null, null, null);

/** The entries one by one, the Ellipsis written out. */
function indexEntries(self: Tensor, given: Arg): Entry[] {
  const entries = (given as readonly Arg[]).map(toEntry);
  const taken = entries.reduce<number>(
    (total, one) =>
      total + (one === null || one === ELLIPSIS ? 0 : one instanceof Tensor && one.dtype === bool ? one.rank : 1),
    0,
  );
  if (taken > self.rank) {
    if (self.rank === 0 && entries.every((one) => typeof one === 'bigint')) applyInt(self, 0, 0, self);
    throw indexError(`too many indices for tensor of dimension ${self.rank}`);
  }
  return entries.flatMap((one): Entry[] =>
    one === ELLIPSIS ? new Array<Entry>(self.rank - taken).fill(ALL) : [one as Entry],
  );
}

function toEntry(one: Arg): Entry | typeof ELLIPSIS {
  if (one === null || one === ELLIPSIS || one instanceof Slice || typeof one === 'bigint') return one;
  if (one instanceof Tensor) {
    if (one.dtype.category === 2) throw indexError('tensors used as indices must be long, byte or bool tensors');
    return one.rank === 0 && one.dtype.category === 1 ? BigInt(one.storage.data[one.offset]!) : one;
  }
  if (typeof one === 'boolean') return fromData(new Uint8Array([one ? 1 : 0]), [], bool);
  if (Array.isArray(one)) return listIndex(one);
  throw typeError(
    'only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables are valid indices (got ' +
      typeof one +
      ')',
  );
}

/** A list of ints or bools, as the tensor it means. */
function listIndex(list: readonly Arg[]): Tensor {
  const sizes: number[] = [];
  for (let level: Arg = list; Array.isArray(level); level = (level as readonly Arg[])[0]!) sizes.push(level.length);
  const values = (list as readonly Arg[]).flat(10) as Scalar[];
  if (values.every((value) => typeof value === 'boolean') && values.length > 0) {
    return fromData(
      Uint8Array.from(values, (value) => (value ? 1 : 0)),
      sizes,
      bool,
    );
  }
  return fromData(
    BigInt64Array.from(values, (value) => BigInt(toNumber(value))),
    sizes,
    int64,
  );
}

const python = { variants: { namespace: null, numbers: true }, composite: true } as const;

define(getitem, {
  ...python,
  kernel: (self, given) => {
    const { view, indices } = applyIndex(self, given);
    if (indices !== null) return index(view, indices);
    return view === self ? restrided(self, self.shape, self.strides) : view;
  },
});

define(setitem, {
  ...python,
  kernel: (self, given, value) => {
    const { view, indices } = applyIndex(self, given);
    const typed = value.isWrappedNumber ? cast(value, self.dtype) : value;
    if (indices === null) dispatchInplace(copy.def!, [view, fitted(typed, view), false]);
    else dispatchInplace(indexPut.def!, [view, indices, cast(typed, self.dtype), false]);
    return self;
  },
});

/** Leading dimensions of size 1 that the target lacks are dropped. */
function fitted(value: Tensor, target: Tensor): Tensor {
  let result = value;
  while (result.rank > target.rank && result.shape[0] === 1) result = select(result, 0, 0);
  return result;
}

/** Positions of each element of an index tensor along `dim`, in a tensor of this shape. */
function gatherPositions(shape: Shape, given: number, at: Tensor): Int32Array {
  const dim = wrapDim(given, shape.length);
  const strides = contiguousStrides(shape);
  const base = positions(at.shape, strides.with(dim, 0), 0);
  (rowMajor(at) as BigInt64Array).forEach((value, i) => {
    const position = Number(value);
    if (position < 0 || position >= shape[dim]!) {
      throw runtimeError(`index ${position} is out of bounds for dimension ${dim} with size ${shape[dim]}`);
    }
    base[i]! += position * strides[dim]!;
  });
  return base;
}

define(gather, {
  kernel: (self, dim, at) => {
    if (at.dtype !== int64) throw runtimeError('gather(): Expected dtype int64 for index');
    if (at.rank !== self.rank)
      throw runtimeError('Index tensor must have the same number of dimensions as input tensor');
    const out = emptyTensor(at.shape, self.dtype);
    const from = rowMajor(self) as Float64Array;
    gatherPositions(self.shape, dim, at).forEach((position, i) => {
      (out.storage.data as Float64Array)[i] = from[position]!;
    });
    return out;
  },
  gradients: {
    self: {
      formula: '∂L/∂self = zeros, with upstream added at index',
      rule: (g, s) => scatterZeros(g, s.shapeOf(), s.dim, s.index),
    },
  },
});

/** Zeros of a shape, with the values added where the index says. */
export const scatterTo = (values: Tensor, shape: Shape, dim: number, at: Tensor): Tensor =>
  scatterZeros(values, shape, dim, at);

define(scatterZeros, {
  ...internal,
  kernel: (src, sizes, dim, at) => addAt(emptyTensor(sizes, src.dtype), gatherPositions(sizes, dim, at), src),
  gradients: {
    src: { formula: '∂L/∂src = upstream at index', rule: (g, { dim, index: at }) => gather(g, dim, at) },
  },
});

define(scatterAdd, {
  variants: { inplace: true },
  kernel: (self, dim, at, src) => {
    const out = emptyTensor(self.shape, self.dtype);
    copyRaw(out, self);
    return addAt(out, gatherPositions(self.shape, dim, at), src);
  },
  gradients: {
    self: { formula: '∂L/∂self = upstream', rule: (g) => g },
    src: { formula: '∂L/∂src = upstream at index', rule: (g, { dim, index: at }) => gather(g, dim, at) },
  },
});

define(indexSelect, {
  kernel: (self, dim, at) => {
    const where = wrapDim(dim, self.rank);
    const indices: (Tensor | null)[] = self.shape.map(() => null);
    indices[where] = at;
    return index.def!.kernel(self, indices) as Tensor;
  },
  gradients: {
    self: {
      formula: '∂L/∂self = zeros, with upstream added at index',
      rule: (g, s) => {
        const shape = s.shapeOf();
        const indices: (Tensor | null)[] = shape.map(() => null);
        indices[wrapDim(s.dim, shape.length)] = s.index;
        return indexBackward(g, shape, indices);
      },
    },
  },
});
