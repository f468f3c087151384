/** Loops over two operands that broadcast: over rows, by steps, so that nothing is copied to a common shape first. */

import { type Data, type DType, float32 } from '../dtype.ts';
import { broadcastStrides, isContiguous, numel, type Shape } from '../shape.ts';
import { inDtype, type NumberData, type Strided } from '../strided.ts';
import type { Tensor } from '../tensor.ts';
import { type Arithmetic, combineRows } from '../wasm/elementwise.ts';
import { isResident, LEAST } from '../wasm/memory.ts';

/**
 * One row: `n` elements of `out` from position `o`, made of `x` from `i` by steps of `dx` and `y` from `j` by steps of `dy`.
 * A step is 0 along what is repeated.
 */
export interface Loop<A = NumberData, Out = A> {
  (n: number, out: Out, o: number, x: A, i: number, dx: number, y: A, j: number, dy: number): void;
  /** What WebAssembly does the same with, for many floats. */
  arithmetic?: Arithmetic;
}

/** A loop written out for one of the four operations of arithmetic. */
export const arithmetic = (name: Arithmetic, loop: Loop): Loop => Object.assign(loop, { arithmetic: name });

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
  if (loop.arithmetic !== undefined && count >= MANY && dtype === float32) {
    if (combine(loop.arithmetic, x, y, shape, count, out as Float32Array)) return;
  }
  const dx = step(x, count);
  const dy = step(y, count);
  if (dx >= 0 && dy >= 0) loop(count, out, 0, x.storage.data as A, x.offset, dx, y.storage.data as A, y.offset, dy);
  else overRows(loop, x, y, shape, out);
}

/** Combines two float32 arrays of one length by a kernel. False: it was not done. */
export function combineAll(loop: Loop, x: NumberData, y: NumberData, out: Data): boolean {
  if (loop.arithmetic === undefined || !isResident(out)) return false;
  const all = (data: NumberData) => ({ data: data as Float32Array, at: 0, row: 0, step: 1 });
  return combineRows(loop.arithmetic, 1, x.length, out as Float32Array, 0, all(x), all(y));
}

/** From here on the call of a kernel is worth it; the result of so many floats lies where kernels see it, as long as there is room. */
const MANY = LEAST / 4;

/** Runs a kernel for the last two dimensions, over and over. False: it was not done. */
function combine(op: Arithmetic, x: Strided, y: Strided, shape: Shape, count: number, out: Float32Array): boolean {
  if (!isResident(out)) return false;
  const { sizes, xs, ys } = merged(shape, readStrides(x, shape), readStrides(y, shape));
  const last = sizes.length - 1;
  const n = sizes[last]!;
  const rows = last > 0 ? sizes[last - 1]! : 1;
  const [dx, dy] = [xs[last]!, ys[last]!];
  if (dx < 0 || dx > 1 || dy < 0 || dy > 1) return false;
  const a = { data: x.storage.data as Float32Array, at: x.offset, row: last > 0 ? xs[last - 1]! : 0, step: dx };
  const b = { data: y.storage.data as Float32Array, at: y.offset, row: last > 0 ? ys[last - 1]! : 0, step: dy };
  const index = new Array<number>(sizes.length).fill(0);
  for (let o = 0; o < count; o += rows * n) {
    if (!combineRows(op, rows, n, out, o, a, b)) return false;
    for (let d = last - 2; d >= 0; d--) {
      a.at += xs[d]!;
      b.at += ys[d]!;
      if (++index[d]! < sizes[d]!) break;
      a.at -= xs[d]! * sizes[d]!;
      b.at -= ys[d]! * sizes[d]!;
      index[d] = 0;
    }
  }
  return true;
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
