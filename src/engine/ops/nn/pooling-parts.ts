/** What pooling ops have in common: planes, their shapes, and the largest or the mean of each window. */

import { type DType, float32, float64, int64 } from '../../dtype.ts';
import { declare, define } from '../../registry.ts';
import { numel, type Shape } from '../../shape.ts';
import { type NumberData, rowMajor } from '../../strided.ts';
import { emptyTensor, type Tensor } from '../../tensor.ts';
import { contiguous } from '../conversion.ts';
import { gather } from '../indexing.ts';
import { noKernel } from '../limits.ts';
import { squeezeDim, unsqueeze, view } from '../movement.ts';
import { internal } from './face.ts';

/** Sizes of the last `dims` dimensions. */
export const planeOf = (tensor: Tensor, dims: number): Shape => tensor.shape.slice(tensor.rank - dims);

/** The shape with other planes. */
export const withPlane = (tensor: Tensor, plane: Shape): Shape => [
  ...tensor.shape.slice(0, tensor.rank - plane.length),
  ...plane,
];

/** One number stands for all dimensions. */
export const along = (given: Shape, dims: number): Shape =>
  given.length === 1 ? Array<number>(dims).fill(given[0]!) : given;

/** Refuses dtypes that a kernel is not written for: it has `float32`, `float64` and `more`. */
export function requireFloats(kernel: string, { dtype }: Tensor, ...more: readonly DType[]): void {
  if (dtype !== float32 && dtype !== float64 && !more.includes(dtype)) throw noKernel(kernel, dtype);
}

/** Runs a function of two dimensions on one. */
export const inOneDimension = (input: Tensor, body: (input: Tensor) => Tensor): Tensor =>
  squeezeDim(body(unsqueeze(input, -2)), -2);

/** A setting for one dimension as one of two, where the other has `first`. */
export const rowOf = (given: Shape, first: number): Shape => [first, given[0]!];
/** Steps of a pool over rows; none given: the kernel's size. */
export const stepsOf = (given: Shape | null): Shape | null =>
  given === null || given.length === 0 ? null : rowOf(given, 1);

/** The largest of each window and its position in the plane. NaN is larger than anything; of equals the first. */
export const largest = (input: Tensor, windows: readonly Int32Array[], plane: Shape): readonly [Tensor, Tensor] =>
  largestByPlane(input, plane, () => windows);

/** The same, where planes have windows of their own. */
export function largestByPlane(
  input: Tensor,
  plane: Shape,
  windowsOf: (p: number) => readonly Int32Array[],
): readonly [Tensor, Tensor] {
  const values = emptyTensor(withPlane(input, plane), input.dtype);
  const indices = emptyTensor(values.shape, int64);
  const x = rowMajor(input) as NumberData;
  const [out, at] = [values.storage.data as NumberData, lowWords(indices.storage.data as BigInt64Array)];
  const size = numel(planeOf(input, plane.length));
  const planes = size === 0 ? 0 : input.numel / size;
  let windows: readonly Int32Array[] = [];
  let all = laidOut(windows);
  for (let p = 0, to = 0; p < planes; p++, to += windows.length) {
    const own = windowsOf(p);
    if (own !== windows) all = laidOut(own);
    windows = own;
    findLargest(x, p * size, all, out, at, to);
  }
  return [values, indices];
}

/** Windows one after another, and where each ends. */
interface Windows {
  readonly places: Int32Array;
  readonly ends: Int32Array;
}

function laidOut(windows: readonly Int32Array[]): Windows {
  const ends = new Int32Array(windows.length);
  let end = 0;
  windows.forEach((seen, w) => {
    end += seen.length;
    ends[w] = end;
  });
  const places = new Int32Array(end);
  windows.forEach((seen, w) => {
    places.set(seen, ends[w]! - seen.length);
  });
  return { places, ends };
}

/** Of the plane at `start`: each window's largest to `out`, and its place to `at`, from the `to`th on. */
function findLargest(
  x: NumberData,
  start: number,
  { places, ends }: Windows,
  out: NumberData,
  at: Int32Array,
  to: number,
): void {
  for (let w = 0, k = 0; w < ends.length; w++) {
    const end = ends[w]!;
    let best = k < end ? places[k]! : 0;
    let value = k < end ? x[start + best]! : Number.NEGATIVE_INFINITY;
    for (; k < end; k++) {
      const candidate = x[start + places[k]!]!;
      // biome-ignore lint/suspicious/noSelfCompare: only NaN differs from itself, and int64 has no other test.
      if (candidate > value || candidate !== candidate) {
        value = candidate;
        best = places[k]!;
      }
    }
    out[to + w] = value;
    at[2 * (to + w)] = best;
  }
}

/** The lower halves of int64 that are not negative, at the even places: making a BigInt of each would cost more than all else. */
const lowWords = (data: BigInt64Array): Int32Array => new Int32Array(data.buffer, data.byteOffset, data.length * 2);

/** The elements of each plane at `indices`. */
export function pick(self: Tensor, indices: Tensor, dims: number): Tensor {
  const lines = [...self.shape.slice(0, -dims), -1];
  return view(gather(view(contiguous(self), lines), -1, view(contiguous(indices), lines)), indices.shape);
}

/** The op that makes planes of zeros, of the shape of `image`, to which the elements are added at `indices`. */
export function spreading(pool: string, dims: 2 | 3) {
  const spread = declare(`_${pool}_spread(Tensor self, Tensor image, Tensor indices) -> Tensor`);
  define(spread, {
    ...internal,
    node: `${pool}BackwardBackward0`,
    kernel: (self, image, indices) => spreadOver(self, image, indices, dims),
    gradients: {
      self: { formula: '∂L/∂self = upstream at the indices', rule: (g, s) => pick(g, s.indices, dims) },
      image: { formula: '∂L/∂image = 0', rule: (g, s) => emptyTensor(s.shapeOf(1), g.dtype) },
    },
  });
  return spread;
}

function spreadOver(self: Tensor, image: Tensor, indices: Tensor, dims: number): Tensor {
  const out = emptyTensor(image.shape, self.dtype);
  const [x, y] = [rowMajor(self) as NumberData, out.storage.data as NumberData];
  const [places, size] = [numel(planeOf(indices, dims)), numel(planeOf(out, dims))];
  const list = lowWords(rowMajor(indices) as BigInt64Array);
  for (let i = 0, start = 0; i < x.length; start += size) {
    for (const end = i + places; i < end; i++) y[start + list[2 * i]!]! += x[i]!;
  }
  return out;
}
