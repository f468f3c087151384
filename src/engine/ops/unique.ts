/** Distinct elements, or distinct slices along a dimension, with where each lies among them and how often it occurs. */
import { bool, type Data, int64 } from '../dtype.ts';
import { indexError, notImplemented, runtimeError } from '../errors.ts';
import { declare, define } from '../registry.ts';
import { type Shape, wrapDim } from '../shape.ts';
import { gather, rowMajor } from '../strided.ts';
import type { Tensor } from '../tensor.ts';
import { hashOrder } from './hash-order.ts';
import { identity, sort } from './introselect.ts';
import { permuted } from './layout.ts';
import { limits, requireKernel } from './limits.ts';
import type { Element } from './lines.ts';
import { fromData } from './pointwise.ts';

type Triple = readonly [values: Tensor, inverse: Tensor, counts: Tensor];

const unique = declare(
  'unique(Tensor self, bool sorted=True, bool return_inverse=False, bool return_counts=False, int? dim=None) -> (Tensor, Tensor, Tensor)',
);
const uniqueAll = declare(
  '_unique2(Tensor self, bool sorted=True, bool return_inverse=False, bool return_counts=False) -> (Tensor, Tensor, Tensor)',
);
const uniqueDim = declare('unique_dim(Tensor self, int dim) -> (Tensor, Tensor, Tensor)');
const uniqueConsecutive = declare(
  'unique_consecutive(Tensor self, bool return_inverse=False, bool return_counts=False, int? dim=None) -> (Tensor, Tensor, Tensor)',
);
const uniqueRuns = declare('_unique_consecutive(Tensor self, int? dim) -> (Tensor, Tensor, Tensor)');

const longs = (values: ArrayLike<number>, shape: Shape): Tensor =>
  fromData(
    BigInt64Array.from({ length: values.length }, (_, i) => BigInt(values[i]!)),
    shape,
    int64,
  );

/** In ascending order, or as they come out of a hash table. A nan is not found again: it counts for none. */
function distinctElements(self: Tensor, sorted: boolean): Triple {
  requireKernel(limits('unique', 'half', 'complex'), self.dtype);
  const data = rowMajor(self);
  const keys: Element[] = hashOrder(data, self.dtype);
  if (self.dtype === bool) keys.sort();
  const at = identity(keys.length);
  if (sorted) sort(at, 0, keys.length, (i, j) => keys[i]! < keys[j]!);
  const out = self.dtype.allocate(keys.length);
  const places = new Map<Element, number>();
  at.forEach((key, i) => {
    out[i] = keys[key]!;
    if (!Number.isNaN(keys[key]!)) places.set(keys[key]!, i);
  });
  const inverse = new Int32Array(data.length);
  const counts = new Int32Array(keys.length);
  for (let i = 0; i < data.length; i++) {
    const place = places.get(data[i]!);
    if (place === undefined) continue;
    inverse[i] = place;
    counts[place]!++;
  }
  return [fromData(out, [keys.length], self.dtype), longs(inverse, self.shape), longs(counts, [keys.length])];
}

/** The slices along `dim` as rows. */
function slices(self: Tensor, dim: number): { data: Data; size: number; order: number[] } {
  const order = [dim, ...self.shape.map((_, i) => i).filter((i) => i !== dim)];
  return {
    data: gather(
      permuted(self, order),
      order.map((d) => self.shape[d]!),
    ),
    size: self.numel / self.shape[dim]!,
    order,
  };
}

/** Each slice, in the order `at`, that differs from the one before it. */
function distinctSlices(self: Tensor, dim: number, sorted: boolean): Triple {
  const n = self.shape[dim]!;
  if (n === 0) return [fromData(self.dtype.allocate(0), self.shape, self.dtype), longs([], [0]), longs([], [0])];
  const { data, size, order } = slices(self, dim);
  const at = identity(n);
  if (sorted) sort(at, 0, n, (i, j) => comesBefore(data, i * size, j * size, size));
  const kept: number[] = [];
  const counts: number[] = [];
  const inverse = new Int32Array(n);
  for (const row of at) {
    const last = kept.at(-1);
    if (last === undefined || !sameSlice(data, last * size, row * size, size)) {
      kept.push(row);
      counts.push(0);
    }
    inverse[row] = kept.length - 1;
    counts[kept.length - 1]!++;
  }
  const out = self.dtype.allocate(kept.length * size);
  kept.forEach((row, k) => {
    for (let i = 0; i < size; i++) out[k * size + i] = data[row * size + i]!;
  });
  const turned = fromData(out, [kept.length, ...order.slice(1).map((d) => self.shape[d]!)], self.dtype);
  const shape = self.shape.with(dim, kept.length);
  const back = permuted(
    turned,
    self.shape.map((_, d) => order.indexOf(d)),
  );
  return [fromData(gather(back, shape), shape, self.dtype), longs(inverse, [n]), longs(counts, [counts.length])];
}

function comesBefore(data: Data, a: number, b: number, size: number): boolean {
  for (let i = 0; i < size; i++) {
    if (data[a + i]! < data[b + i]!) return true;
    if (data[a + i]! > data[b + i]!) return false;
  }
  return false;
}

function sameSlice(data: Data, a: number, b: number, size: number): boolean {
  for (let i = 0; i < size; i++) if (data[a + i] !== data[b + i]) return false;
  return true;
}

function checkDim(self: Tensor, given: number): number {
  if (self.rank === 0) {
    wrapDim(given, 0);
    throw indexError(`Dimension specified as ${given} but tensor has no dimensions`);
  }
  const dim = wrapDim(given, self.rank);
  const empty = self.shape.filter((size) => size === 0).length;
  if (self.shape[dim] === 0 && empty > 1)
    throw runtimeError('Number of zero sized dimensions is more than one, so unique cannot be applied ');
  if (self.shape[dim] !== 0 && empty > 0)
    throw runtimeError("There are 0 sized dimensions, and they aren't selected, so unique cannot be applied");
  return dim;
}

/** Runs of equal elements, each taken once. */
function runsOf(self: Tensor): Triple {
  requireKernel(limits('unique', 'half', 'complex'), self.dtype);
  const flat = fromData(rowMajor(self), [self.numel], self.dtype);
  const [values, inverse, counts] = distinctSlices(flat, 0, false);
  return [values, fromData(inverse.storage.data, self.shape, int64), counts];
}

const internal = { namespace: null, method: false } as const;

/** The node is there; PyTorch has no derivative behind it. */
function underivable(name: string) {
  return {
    gradients: { self: { formula: 'PyTorch has none', rule: () => null } },
    joint: () => {
      throw notImplemented(`the derivative for '${name}' is not implemented.`);
    },
  };
}

define(uniqueAll, {
  variants: { method: false },
  node: 'Unique2Backward0',
  differentiable: [0],
  kernel: (self, sorted) => distinctElements(self, sorted),
  ...underivable('_unique2'),
});

define(uniqueDim, {
  variants: internal,
  node: 'UniqueDimBackward0',
  differentiable: [0],
  kernel: (self, given) => {
    const dim = checkDim(self, given);
    requireKernel(limits('unique_dim', 'half', 'complex'), self.dtype);
    return distinctSlices(self, dim, true);
  },
  ...underivable('unique_dim'),
});

define(uniqueRuns, {
  variants: internal,
  node: 'UniqueConsecutiveBackward0',
  differentiable: [0],
  kernel: (self, given) => {
    if (given === null) return runsOf(self);
    const dim = checkDim(self, given);
    requireKernel(limits('unique', 'half', 'complex'), self.dtype);
    return distinctSlices(self, dim, false);
  },
  ...underivable('unique_consecutive'),
});

/** What was asked for: one tensor alone, else a tuple. */
function asked(triple: readonly Tensor[], inverse: boolean, counts: boolean): readonly Tensor[] {
  const parts = triple.filter((_, i) => i === 0 || (i === 1 && inverse) || (i === 2 && counts));
  return parts.length === 1 ? (parts[0] as unknown as readonly Tensor[]) : parts;
}

define(unique, {
  composite: true,
  kernel: (self, sorted, inverse, counts, dim) =>
    asked(dim === null ? uniqueAll(self, sorted, inverse, counts) : uniqueDim(self, dim), inverse, counts),
});

define(uniqueConsecutive, {
  composite: true,
  kernel: (self, inverse, counts, dim) => asked(uniqueRuns(self, dim), inverse, counts),
});
