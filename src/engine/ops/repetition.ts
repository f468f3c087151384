/** Copies in another order: reversed, rolled, turned, repeated. */
import { int64 } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { declare, define } from '../registry.ts';
import { formatShape, type Shape, wrapDim } from '../shape.ts';
import { gather, rowMajor } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import { clone } from './cast.ts';
import { indexSelect } from './indexing.ts';
import { restrided } from './layout.ts';
import { flatten, reshape, slice, transpose } from './movement.ts';
import { fromData } from './pointwise.ts';
import { copyRaw, zerosLike } from './raw.ts';
import { sumDim } from './reduction.ts';

export const flip = declare('flip(Tensor self, int[] dims) -> Tensor');
const fliplr = declare('fliplr(Tensor self) -> Tensor');
const flipud = declare('flipud(Tensor self) -> Tensor');
export const roll = declare('roll(Tensor self, int[1] shifts, int[1] dims=[]) -> Tensor');
const rot90 = declare('rot90(Tensor self, int k=1, int[] dims=[0,1]) -> Tensor');
export const repeat = declare('repeat(Tensor self, int[] repeats) -> Tensor');
const tile = declare('tile(Tensor self, int[] dims) -> Tensor');
const countsToIndices = declare('repeat_interleave.Tensor(Tensor repeats, *, int? output_size=None) -> Tensor');
const interleave = declare(
  'repeat_interleave.self_Tensor(Tensor self, Tensor repeats, int? dim=None, *, int? output_size=None) -> Tensor',
);
const interleaveAll = declare(
  'repeat_interleave.self_int(Tensor self, int repeats, int? dim=None, *, int? output_size=None) -> Tensor',
);

/** The dimensions counted from the front, each at most once. */
export function wrapDims(dims: Shape, rank: number): number[] {
  const wrapped = dims.map((d) => wrapDim(d, rank));
  wrapped.forEach((d, i) => {
    if (wrapped.indexOf(d) !== i) throw runtimeError(`dim ${d} appears multiple times in the list of dims`);
  });
  return wrapped;
}

/** The elements with some dimensions read backwards, as a fresh copy. */
function reversed(self: Tensor, dims: Shape): Tensor {
  let { offset } = self;
  const strides = self.strides.map((stride, d) => {
    if (!dims.includes(d)) return stride;
    offset += (Math.max(self.shape[d]!, 1) - 1) * stride;
    return -stride;
  });
  const turned = restrided(self, self.shape, strides, offset);
  return fromData(gather(turned, self.shape), self.shape, self.dtype);
}

define(flip, {
  kernel: (self, dims) => reversed(self, wrapDims(dims, self.rank)),
  gradients: { self: { formula: '∂L/∂self = upstream, reversed', rule: (g, { dims }) => flip(g, dims) } },
});
define(fliplr, {
  composite: true,
  kernel: (self) => {
    if (self.rank < 2) throw runtimeError('Input must be >= 2-d.');
    return flip(self, [1]);
  },
});
define(flipud, {
  composite: true,
  kernel: (self) => {
    if (self.rank < 1) throw runtimeError('Input must be >= 1-d.');
    return flip(self, [0]);
  },
});

define(roll, {
  kernel: (self, shifts, dims) => {
    if (dims.length === 0 && shifts.length === 1) {
      const flat = fromData(gather(self, self.shape), [self.numel], self.dtype);
      return restrided(rolled(flat, shifts, [0]), self.shape, zerosLike(self).strides);
    }
    if (shifts.length === 0) throw runtimeError('`shifts` required');
    if (shifts.length !== dims.length) {
      throw runtimeError(`shifts and dimensions must align. shifts: ${shifts.length}, dims:${dims.length}`);
    }
    return rolled(
      self,
      shifts,
      dims.map((d) => wrapDim(d, self.rank)),
    );
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream, rolled back',
      rule: (g, { shifts, dims }) =>
        roll(
          g,
          shifts.map((shift) => -shift),
          dims,
        ),
    },
  },
});

function rolled(self: Tensor, shifts: Shape, dims: Shape): Tensor {
  return dims.reduce(
    (from, dim, i) => {
      const size = from.shape[dim] ?? 1;
      const out = zerosLike(from);
      const shift = size === 0 ? 0 : ((shifts[i]! % size) + size) % size;
      if (from.rank === 0) copyRaw(out, from);
      else {
        copyPart(out, from, dim, shift, 0, size - shift);
        copyPart(out, from, dim, 0, size - shift, shift);
      }
      return out;
    },
    dims.length === 0 ? fromData(gather(self, self.shape), self.shape, self.dtype) : self,
  );
}

/** Copies `count` rows along a dimension. */
function copyPart(to: Tensor, from: Tensor, dim: number, toStart: number, fromStart: number, count: number): void {
  copyRaw(rows(to, dim, toStart, count), rows(from, dim, fromStart, count));
}

const rows = (tensor: Tensor, dim: number, start: number, count: number): Tensor =>
  slice.def!.kernel(tensor, dim, start, start + count, 1) as Tensor;

define(rot90, {
  kernel: (self, k, dims) => {
    if (dims.length !== 2) throw runtimeError(`expected total rotation dims == 2, but got dims = ${dims.length}`);
    if (self.rank < 2) throw runtimeError(`expected total dims >= 2, but got total dims = ${self.rank}`);
    if (dims[0] === dims[1] || Math.abs(dims[0]! - dims[1]!) === self.rank) {
      throw runtimeError(`expected rotation dims to be different, but got dim0 = ${dims[0]} and dim1 = ${dims[1]}`);
    }
    const [a, b] = dims.map((d, i) => rotationDim(d, i, self.rank)) as [number, number];
    const turns = ((k % 4) + 4) % 4;
    if (turns === 2) return reversed(self, [a, b]);
    if (turns === 0) return clone.def!.kernel(self, 'contiguous_format') as Tensor;
    return transpose.def!.kernel(reversed(self, [turns === 1 ? b : a]), a, b) as Tensor;
  },
  gradients: {
    self: { formula: '∂L/∂self = upstream, turned back', rule: (g, { k, dims }) => rot90(g, -k, dims) },
  },
});

function rotationDim(dim: number, i: number, rank: number): number {
  if (dim >= rank || dim < -rank) throw runtimeError(`Rotation dim${i} out of range, dim${i} = ${dim}`);
  return dim < 0 ? dim + rank : dim;
}

define(repeat, {
  variants: { namespace: null },
  kernel: (self, repeats) => {
    if (repeats.length < self.rank) {
      throw runtimeError('Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor');
    }
    const lead = repeats.length - self.rank;
    const sizes = [...new Array<number>(lead).fill(1), ...self.shape];
    const bad = repeats.find((count) => count < 0);
    if (bad !== undefined) {
      const wanted = sizes.map((size, d) => size * repeats[d]!);
      throw runtimeError(
        `Trying to create tensor with negative dimension ${wanted.find((n) => n < 0) ?? bad}: ${formatShape(wanted)}`,
      );
    }
    const spread = restrided(
      self,
      sizes.flatMap((size, d) => [repeats[d]!, size]),
      sizes.flatMap((_, d) => [0, d < lead ? 0 : self.strides[d - lead]!]),
    );
    const data = gather(spread, spread.shape);
    return fromData(
      data,
      sizes.map((size, d) => size * repeats[d]!),
      self.dtype,
    );
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream, summed over the repetitions',
      rule: (g, s) => {
        const shape = s.shapeOf();
        const lead = s.repeats.length - shape.length;
        if (s.repeats.includes(0)) return emptyTensor(shape, g.dtype);
        const split = s.repeats.flatMap((count, d) => (d < lead ? [count] : [count, shape[d - lead]!]));
        const over = s.repeats.map((_, d) => (d < lead ? d : 2 * d - lead));
        return over.length === 0 ? g : sumDim(reshape(g, split), over);
      },
    },
  },
});

define(tile, {
  composite: true,
  kernel: (self, dims) => {
    const lead = Math.max(self.rank - dims.length, 0);
    return repeat(self, [...new Array<number>(lead).fill(1), ...dims]);
  },
});

define(countsToIndices, {
  variants: { method: false },
  kernel: (repeats, outputSize) => {
    if (repeats.rank !== 1) throw runtimeError('repeat_interleave only accept 1D vector as repeat');
    if (repeats.dtype !== int64 && repeats.dtype.scalar !== 'Int') {
      throw runtimeError(`"repeat_interleave_cpu" not implemented for '${repeats.dtype.scalar}'`);
    }
    const counts = Array.from(rowMajor(repeats) as ArrayLike<number | bigint>, Number);
    if (counts.some((count) => count < 0)) throw runtimeError('repeats can not be negative');
    const total = counts.reduce((a, b) => a + b, 0);
    if (outputSize !== null && outputSize !== total) throw runtimeError('allocated size does not match required size');
    const out = emptyTensor([total], repeats.dtype);
    let at = 0;
    counts.forEach((count, i) => {
      (out.storage.data as Float64Array).fill((repeats.dtype === int64 ? BigInt(i) : i) as number, at, at + count);
      at += count;
    });
    return out;
  },
});

/** Each slice along `dim` as often as its count says; a flat tensor when no dimension is given. */
function interleaved(self: Tensor, repeats: Tensor, dim: number | null, outputSize: number | null): Tensor {
  const input = dim === null ? flatten(self) : self;
  const at = dim === null ? 0 : dim;
  const size = input.shape[wrapDim(at, input.rank)] ?? 1;
  const single = repeats.rank === 0 || (repeats.rank === 1 && repeats.shape[0] === 1);
  if (!single && (repeats.rank !== 1 || repeats.shape[0] !== size)) {
    throw runtimeError(
      repeats.rank === 1
        ? 'repeats must have the same size as input along dim'
        : 'repeats must be 0-dim or 1-dim tensor',
    );
  }
  const counts = single ? spreadCount(repeats, size) : repeats;
  return indexSelect(input, at, countsToIndices.def!.kernel(counts, outputSize) as Tensor);
}

const spreadCount = (repeats: Tensor, size: number): Tensor =>
  fromData(gather(restrided(repeats, [size], [0]), [size]), [size], repeats.dtype);

define(interleave, { composite: true, kernel: interleaved });
define(interleaveAll, {
  composite: true,
  kernel: (self, repeats, dim, outputSize) =>
    interleaved(self, fromData(BigInt64Array.of(BigInt(repeats)), [1], int64), dim, outputSize),
});
