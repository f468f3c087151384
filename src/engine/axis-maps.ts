/**
 * Linear maps that act along one dimension after the other: padding, resampling, sums over windows. Each element of the result is a weighted sum
 * of a few elements of a line; the transpose is the same table read backwards.
 */
import { emptyStrided, formatStrides, suggestedFormat } from './memory-format.ts';
import { numel, type Shape } from './shape.ts';
import { type NumberData, rowMajor, scatter } from './strided.ts';
import type { Tensor } from './tensor.ts';

/** Element `o` of the result is Σ weights[k] · x[from[k]] over k from starts[o] to before starts[o + 1]. */
export interface AxisMap {
  /** Of the line that is mapped. */
  readonly size: number;
  readonly starts: Int32Array;
  readonly from: Int32Array;
  /** Null: all are 1. */
  readonly weights: Float64Array | null;
}

/** One term of a weighted sum. */
export type Tap = readonly [from: number, weight: number];

/** The map that takes each element from one place. */
export function selecting(size: number, from: readonly number[]): AxisMap {
  return {
    size,
    starts: Int32Array.from({ length: from.length + 1 }, (_, i) => i),
    from: Int32Array.from(from),
    weights: null,
  };
}

/** The map whose results are weighted sums. */
export function weighing(size: number, lines: readonly (readonly Tap[])[]): AxisMap {
  const starts = new Int32Array(lines.length + 1);
  lines.forEach((taps, i) => {
    starts[i + 1] = starts[i]! + taps.length;
  });
  const all = lines.flat();
  return { size, starts, from: Int32Array.from(all, ([from]) => from), weights: Float64Array.from(all, ([, w]) => w) };
}

export const sizeAfter = ({ starts }: AxisMap): number => starts.length - 1;

/** Maps the last dimensions, one map for each; the result is contiguous, or in `format`. */
export const mapped = (input: Tensor, maps: readonly AxisMap[], format?: string): Tensor =>
  along(input, maps, sizeAfter, apply, format);

/** The transpose of `mapped`, from gradients by the result to gradients by the input. */
export const mappedBack = (grad: Tensor, maps: readonly AxisMap[], format?: string): Tensor =>
  along(grad, maps, ({ size }) => size, applyTransposed, format);

/** `channels_last` where the tensor lies so in memory. */
export const keptFormat = (tensor: Tensor): string => suggestedFormat(tensor.shape, tensor.strides);

/** One line's worth of a map: `to` from position `t` gets what it gives of `x` from `f`; elements are `inner` numbers. */
type Step = (map: AxisMap, x: NumberData, f: number, to: NumberData, t: number, inner: number) => void;

function along(
  input: Tensor,
  maps: readonly AxisMap[],
  sizeOf: (map: AxisMap) => number,
  step: Step,
  format = 'contiguous_format',
): Tensor {
  const { dtype, rank } = input;
  let shape: Shape = input.shape;
  let data = rowMajor(input) as NumberData;
  maps.forEach((map, i) => {
    const d = rank - maps.length + i;
    const next = shape.with(d, sizeOf(map));
    const inner = numel(shape.slice(d + 1)) * dtype.lanes;
    const [line, nextLine] = [shape[d]! * inner, next[d]! * inner];
    const last = i === maps.length - 1;
    // What lies between two dimensions is not rounded.
    const to =
      last || map.weights === null
        ? (dtype.allocate(numel(next)) as NumberData)
        : new Float64Array(numel(next) * dtype.lanes);
    for (let f = 0, t = 0; t < to.length; f += line, t += nextLine) step(map, data, f, to, t, inner);
    [shape, data] = [next, to];
  });
  const out = emptyStrided(shape, formatStrides(shape, format), dtype);
  scatter(out, data);
  return out;
}

/** The first term is set, not added to 0, so that −0 stays −0. */
function apply(
  { starts, from, weights }: AxisMap,
  x: NumberData,
  f: number,
  to: NumberData,
  t: number,
  inner: number,
): void {
  for (let o = 0; o + 1 < starts.length; o++) {
    const first = starts[o]!;
    for (let k = first; k < starts[o + 1]!; k++) {
      const at = f + from[k]! * inner;
      const place = t + o * inner;
      const weight = weights === null ? 1 : weights[k]!;
      if (k === first) for (let i = 0; i < inner; i++) to[place + i] = weight * x[at + i]!;
      else for (let i = 0; i < inner; i++) to[place + i]! += weight * x[at + i]!;
    }
  }
}

function applyTransposed(map: AxisMap, x: NumberData, f: number, to: NumberData, t: number, inner: number): void {
  const { starts, from, weights } = map;
  for (let o = 0; o + 1 < starts.length; o++) {
    for (let k = starts[o]!; k < starts[o + 1]!; k++) {
      const at = f + o * inner;
      const place = t + from[k]! * inner;
      const weight = weights === null ? 1 : weights[k]!;
      for (let i = 0; i < inner; i++) to[place + i]! += weight * x[at + i]!;
    }
  }
}
