/** Loops over two operands that broadcast: over rows, by steps, so that nothing is copied to a common shape first. */

import type { DType } from '../dtype.ts';
import { broadcastStrides, isContiguous, numel, type Shape } from '../shape.ts';
import { inDtype, type NumberData, type Strided } from '../strided.ts';
import type { Tensor } from '../tensor.ts';

/**
 * One row: `n` elements of `out` from position `o`, made of `x` from `i` by steps of `dx` and `y` from `j` by steps of `dy`.
 * A step is 0 along what is repeated.
 */
export type Loop<A = NumberData, Out = A> = (
  n: number,
  out: Out,
  o: number,
  x: A,
  i: number,
  dx: number,
  y: A,
  j: number,
  dy: number,
) => void;

/** A loop that calls a function for each element. */
export const calling =
  (number: (x: number, y: number) => number): Loop =>
  (n, out, o, x, i, dx, y, j, dy) => {
    for (const end = o + n; o < end; o++, i += dx, j += dy) out[o] = number(x[i]!, y[j]!);
  };

/** The same with a bool for a result. */
export const callingTruth =
  (number: (x: number, y: number) => number | boolean): Loop =>
  (n, out, o, x, i, dx, y, j, dy) => {
    for (const end = o + n; o < end; o++, i += dx, j += dy) out[o] = number(x[i]!, y[j]!) ? 1 : 0;
  };

export const callingBig =
  (big: (x: bigint, y: bigint) => bigint): Loop<BigInt64Array> =>
  (n, out, o, x, i, dx, y, j, dy) => {
    for (const end = o + n; o < end; o++, i += dx, j += dy) out[o] = big(x[i]!, y[j]!);
  };

export const callingBigTruth =
  (big: (x: bigint, y: bigint) => bigint | boolean): Loop<BigInt64Array, Uint8Array> =>
  (n, out, o, x, i, dx, y, j, dy) => {
    for (const end = o + n; o < end; o++, i += dx, j += dy) out[o] = big(x[i]!, y[j]!) ? 1 : 0;
  };

/** Runs a loop over two tensors, read in `dtype` and broadcast to `shape`; `out` is row-major. */
export function runLoop<A, Out>(
  loop: Loop<A, Out>,
  self: Tensor,
  other: Tensor,
  dtype: DType,
  shape: Shape,
  out: Out,
): void {
  const x = inDtype(self, dtype);
  const y = inDtype(other, dtype);
  const count = numel(shape);
  const dx = step(x, count);
  const dy = step(y, count);
  if (dx >= 0 && dy >= 0) loop(count, out, 0, x.storage.data as A, x.offset, dx, y.storage.data as A, y.offset, dy);
  else overRows(loop, x, y, shape, out);
}

/** 1 where the elements lie in order, 0 where there is but one, -1 where neither is so. */
function step({ shape, strides }: Strided, count: number): number {
  const own = numel(shape);
  if (own === count && isContiguous(shape, strides)) return 1;
  return own === 1 ? 0 : -1;
}

function overRows<A, Out>(loop: Loop<A, Out>, x: Strided, y: Strided, shape: Shape, out: Out): void {
  const { sizes, xs, ys } = merged(shape, readStrides(x, shape), readStrides(y, shape));
  const last = sizes.length - 1;
  const inner = sizes[last]!;
  const count = numel(shape);
  const index = new Array<number>(sizes.length).fill(0);
  const [dx, dy] = [xs[last]!, ys[last]!];
  let [i, j] = [x.offset, y.offset];
  for (let o = 0; o < count; o += inner) {
    loop(inner, out, o, x.storage.data as A, i, dx, y.storage.data as A, j, dy);
    for (let d = last - 1; d >= 0; d--) {
      i += xs[d]!;
      j += ys[d]!;
      if (++index[d]! < sizes[d]!) break;
      i -= xs[d]! * sizes[d]!;
      j -= ys[d]! * sizes[d]!;
      index[d] = 0;
    }
  }
}

const readStrides = (tensor: Strided, shape: Shape): Shape => broadcastStrides(tensor.shape, tensor.strides, shape);

/** Fewer and longer rows: neighbouring dimensions that both operands walk in one go become one. */
function merged(shape: Shape, xAll: Shape, yAll: Shape): { sizes: number[]; xs: number[]; ys: number[] } {
  const [sizes, xs, ys]: [number[], number[], number[]] = [[1], [0], [0]];
  shape.forEach((size, d) => {
    if (size === 1) return;
    const last = sizes.length - 1;
    const together = xs[last] === xAll[d]! * size && ys[last] === yAll[d]! * size;
    if (sizes[last] !== 1 && !together) {
      sizes.push(size);
      xs.push(xAll[d]!);
      ys.push(yAll[d]!);
      return;
    }
    sizes[last]! *= size;
    xs[last] = xAll[d]!;
    ys[last] = yAll[d]!;
  });
  return { sizes, xs, ys };
}
