/** `segment_reduce`: of each segment of a dimension its sum, mean, product or extremum. */
import { isFloating, rounding } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { declare, define } from '../registry.ts';
import { numel, type Shape, wrapDim } from '../shape.ts';
import { type NumberData, rowMajor } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import { type Scalar, toNumber } from '../values.ts';
import { noKernel } from './limits.ts';
import { notImplementedRule } from './undifferentiable.ts';

const segmentReduce = declare(
  'segment_reduce(Tensor data, str reduce, *, Tensor? lengths=None, Tensor? indices=None, Tensor? offsets=None, int axis=0, bool unsafe=False, Scalar? initial=None) -> Tensor',
);
const segmentReduceBackward = declare(
  '_segment_reduce_backward(Tensor grad, Tensor output, Tensor data, str reduce, *, Tensor? lengths=None, Tensor? offsets=None, int axis=0, Scalar? initial=None) -> Tensor',
);

type Reduction = 'sum' | 'mean' | 'max' | 'min' | 'prod';

interface Kind {
  /** What a segment begins with. */
  readonly start: number;
  readonly combine: (total: number, value: number) => number;
}

const KINDS: Readonly<Record<Reduction, Kind>> = {
  sum: { start: 0, combine: (total, value) => total + value },
  mean: { start: 0, combine: (total, value) => total + value },
  prod: { start: 1, combine: (total, value) => total * value },
  max: { start: Number.NEGATIVE_INFINITY, combine: Math.max },
  min: { start: Number.POSITIVE_INFINITY, combine: Math.min },
};

/** Where the segments of each row begin and end along the axis: `ends[row * count + k]`. */
interface Segments {
  readonly axis: number;
  readonly count: number;
  readonly begins: Int32Array;
  readonly ends: Int32Array;
}

const EXPECTED = '(Could this error message be improved?  If so, please report an enhancement request to PyTorch.)';

function numbersOf(tensor: Tensor): Int32Array {
  const { name, category } = tensor.dtype;
  if (category !== 1 || (name !== 'int64' && name !== 'int32'))
    throw noKernel('_segment_reduce_lengths_cpu_kernel1', tensor.dtype);
  return Int32Array.from(rowMajor(tensor) as ArrayLike<number | bigint>, Number);
}

function checkAxis(data: Tensor, given: Tensor, what: 'lengths' | 'offsets', axis: number): void {
  if (data.rank < given.rank) {
    throw runtimeError(`Expected data.dim() >= ${what}_value.dim() to be true, but got false.  ${EXPECTED}`);
  }
  if (axis !== given.rank - 1) {
    throw runtimeError(`segment_reduce(): Expected axis to be the last dimension of ${what} but got ${axis}.`);
  }
}

function byLengths(data: Tensor, lengths: Tensor, axis: number, unsafe: boolean): Segments {
  checkAxis(data, lengths, 'lengths', axis);
  const sizes = numbersOf(lengths);
  const count = lengths.shape[axis]!;
  const [begins, ends] = [new Int32Array(sizes.length), new Int32Array(sizes.length)];
  if (!unsafe && sizes.some((size) => size < 0)) throw runtimeError('lengths contains negative value!');
  for (let start = 0; start < sizes.length; start += count) {
    let at = 0;
    for (let k = start; k < start + count; k++) {
      begins[k] = at;
      at += sizes[k]!;
      ends[k] = at;
    }
    if (!unsafe && at !== data.shape[axis]) {
      throw runtimeError(
        'segment_reduce(): Expected all rows of lengths along axis to sum to data.size(lengths.dim()-1) when !unsafe.',
      );
    }
  }
  return { axis, count, begins, ends };
}

function byOffsets(data: Tensor, offsets: Tensor, axis: number): Segments {
  checkAxis(data, offsets, 'offsets', axis);
  const marks = numbersOf(offsets);
  const count = offsets.shape[axis]! - 1;
  const rows = marks.length / (count + 1);
  const [begins, ends] = [new Int32Array(rows * count), new Int32Array(rows * count)];
  for (let k = 0; k < rows * count; k++) {
    const mark = k + Math.floor(k / count);
    begins[k] = marks[mark]!;
    ends[k] = marks[mark + 1]!;
  }
  return { axis, count, begins, ends };
}

/** Calls `visit` for each segment of each line along the axis: the places of its elements in data, and its own in the result. */
function eachSegment(
  shape: Shape,
  { axis, count, begins, ends }: Segments,
  visit: (first: number, step: number, length: number, place: number) => void,
): void {
  const inner = numel(shape.slice(axis + 1));
  const size = shape[axis]!;
  for (let k = 0; k < begins.length; k++) {
    const row = Math.floor(k / count);
    for (let i = 0; i < inner; i++) {
      visit((row * size + begins[k]!) * inner + i, inner, ends[k]! - begins[k]!, k * inner + i);
    }
  }
}

function reduced(data: Tensor, reduce: Reduction, segments: Segments, initial: Scalar | null): Tensor {
  const { start, combine } = KINDS[reduce];
  const out = emptyTensor(data.shape.with(segments.axis, segments.count), data.dtype);
  const [from, to] = [rowMajor(data) as NumberData, out.storage.data as NumberData];
  const round = rounding(data.dtype);
  eachSegment(data.shape, segments, (first, step, length, place) => {
    let total = initial === null ? start : toNumber(initial);
    for (let i = 0; i < length; i++) total = round(combine(total, from[first + i * step]!));
    if (reduce === 'mean') total = length > 0 ? total / length : initial === null ? Number.NaN : total;
    to[place] = total;
  });
  return out;
}

define(segmentReduce, {
  variants: { method: false, out: false },
  kernel: (data, reduce, lengths, indices, offsets, given, unsafe, initial) => {
    const axis = wrapDim(given, data.rank);
    if (data.numel === 0) throw runtimeError(`Expected data.numel() > 0 to be true, but got false.  ${EXPECTED}`);
    if (!(reduce in KINDS)) throw runtimeError(`unsupported reduction given! ${reduce}`);
    if (indices !== null) throw runtimeError('segment_reduce(): indices based reduction is not supported yet.');
    if (lengths === null && offsets === null)
      throw runtimeError('segment_reduce(): Either lengths or offsets must be defined.');
    const segments = offsets !== null ? byOffsets(data, offsets, axis) : byLengths(data, lengths!, axis, unsafe);
    if (!isFloating(data.dtype)) throw noKernel('_segment_reduce_cpu', data.dtype);
    return reduced(data, reduce as Reduction, segments, initial);
  },
  gradients: {
    data: {
      formula: '∂L/∂data = upstream of its segment · ∂(reduction)/∂data',
      saves: ['data', 'result', 'lengths', 'offsets'],
      rule: (g, { result, data, reduce, lengths, offsets, axis, initial }) =>
        segmentReduceBackward(g, result, data, reduce, lengths, offsets, axis, initial),
    },
  },
});

/** The slopes by the elements of one segment; `write` is given each element's number and its slope. */
type Slopes = (
  values: readonly number[],
  result: number,
  upstream: number,
  start: number,
  round: (value: number) => number,
) => readonly number[];

const extremum: Slopes = (values, result, upstream, _, round) => {
  const isBest = values.map((value) => Number.isNaN(value) || value === result);
  const ties = isBest.filter(Boolean).length;
  return isBest.map((best) => (best ? round(upstream / Math.max(ties, 1)) : 0));
};

const SLOPES: Readonly<Record<Reduction, Slopes>> = {
  sum: (values, _, upstream) => values.map(() => upstream),
  mean: (values, _, upstream, __, round) => values.map(() => round(upstream / values.length)),
  max: extremum,
  min: extremum,
  // Over the element where that can be; else the product of the others.
  prod: (values, result, upstream, start, round) =>
    values.map((value, i) => {
      if (value !== 0 && !Number.isNaN(value)) return round(round(upstream * result) / value);
      const others = values.reduce((total, one, k) => (k === i ? total : round(total * one)), start);
      return round(upstream * others);
    }),
};

function slopes(
  g: Tensor,
  result: Tensor,
  data: Tensor,
  reduce: Reduction,
  segments: Segments,
  initial: Scalar | null,
): Tensor {
  const out = emptyTensor(data.shape, data.dtype);
  const [upstream, results, from] = [g, result, data].map((one) => rowMajor(one) as NumberData) as [
    NumberData,
    NumberData,
    NumberData,
  ];
  const to = out.storage.data as NumberData;
  const start = initial === null ? KINDS[reduce].start : toNumber(initial);
  const round = rounding(data.dtype);
  eachSegment(data.shape, segments, (first, step, length, place) => {
    const values = Array.from({ length }, (_, i) => from[first + i * step]!);
    const found = SLOPES[reduce](values, results[place]!, upstream[place]!, start, round);
    for (let i = 0; i < length; i++) to[first + i * step] = found[i]!;
  });
  return out;
}

define(segmentReduceBackward, {
  variants: { namespace: null, method: false },
  node: 'NotImplemented',
  kernel: (grad, output, data, reduce, lengths, offsets, given, initial) => {
    const axis = wrapDim(given, data.rank);
    const segments = offsets !== null ? byOffsets(data, offsets, axis) : byLengths(data, lengths!, axis, true);
    return slopes(grad, output, data, reduce as Reduction, segments, initial);
  },
  gradients: {
    grad: notImplementedRule('_segment_reduce_backward'),
    output: notImplementedRule('_segment_reduce_backward'),
    data: notImplementedRule('_segment_reduce_backward'),
  },
});
