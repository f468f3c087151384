/** In which order the dimensions of a new tensor lie in memory. */
import type { DType } from './dtype.ts';
import { runtimeError } from './errors.ts';
import { broadcastStrides, contiguousStrides, isContiguous, numel, type Shape, sameShape } from './shape.ts';
import { allocate } from './storage.ts';
import { Tensor } from './tensor.ts';

/** Dimensions by format, the outermost in memory first: NHWC and NDHWC. */
const ORDERS: Readonly<Record<string, Shape>> = { channels_last: [0, 2, 3, 1], channels_last_3d: [0, 2, 3, 4, 1] };

/** The strides of a new tensor of this shape. Raises where the format is for another number of dimensions. */
export function formatStrides(shape: Shape, format: string): Shape {
  const order = ORDERS[format];
  if (order === undefined) return contiguousStrides(shape);
  if (shape.length !== order.length) {
    throw runtimeError(`required rank ${order.length} tensor to use ${format} format`);
  }
  return packed(shape, [...order].reverse());
}

/** Strides that leave no gap; `order`: the dimensions, the fastest first. */
function packed(shape: Shape, order: Shape): Shape {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (const d of order) {
    strides[d] = step;
    step *= Math.max(shape[d]!, 1);
  }
  return strides;
}

/** Whether memory is walked in the format's order without a gap. Strides of size-1 dimensions do not matter. */
export function isInFormat(shape: Shape, strides: Shape, format: string): boolean {
  const order = ORDERS[format];
  if (order === undefined) return isContiguous(shape, strides);
  if (shape.length !== order.length) return false;
  return isContiguous(
    order.map((d) => shape[d]!),
    order.map((d) => strides[d]!),
  );
}

/** The format of which the strides remind: gaps do not matter, and of size-1 dimensions the strides do (PyTorch's `suggest_memory_format`). */
export function suggestedFormat(shape: Shape, strides: Shape): string {
  const like = (order: Shape): boolean =>
    order.length === shape.length && remindsOf(shape, strides, [...order].reverse());
  return Object.keys(ORDERS).find((format) => like(ORDERS[format]!)) ?? 'contiguous_format';
}

/** Whether steps get longer in this order; between images and channels of equal steps the order is not known, and that of channels in front stands. */
function remindsOf(shape: Shape, strides: Shape, order: Shape): boolean {
  if (strides[1] === 0) return false;
  let least = 0;
  for (const d of order) {
    if (shape[d] === 0 || strides[d]! < least || (d === 0 && least === strides[1])) return false;
    least = strides[d]! * Math.max(shape[d]!, 1);
  }
  return true;
}

/** Whether each element has a place of its own and there is no gap between them, in whatever order of dimensions. */
export function isDense(shape: Shape, strides: Shape): boolean {
  if (isContiguous(shape, strides)) return true;
  const order = shape.map((_, d) => d).filter((d) => shape[d] !== 1);
  order.sort((a, b) => strides[a]! - strides[b]!);
  let step = 1;
  for (const d of order) {
    if (strides[d] !== step) return false;
    step *= shape[d]!;
  }
  return true;
}

/** The strides of a new tensor that is laid out like a given one, without its gaps and repetitions (`preserve_format`). */
export function preservedStrides(shape: Shape, strides: Shape): Shape {
  return isDense(shape, strides) ? strides : packed(shape, fastestFirst(shape, strides));
}

/** The order in which a walk over memory takes the dimensions. */
export const fastestFirst = (shape: Shape, strides: Shape): number[] => commonOrder(shape, [strides]);

/**
 * The order in which a walk over several tensors takes the dimensions; who comes first decides. Strides of 0 say nothing; of equal
 * strides the smaller size goes first.
 */
function commonOrder(shape: Shape, operands: readonly Shape[]): number[] {
  const order = shape.map((_, i) => shape.length - 1 - i);
  for (let i = 1; i < order.length; i++) {
    for (let at = i, before = i - 1; before >= 0; before--) {
      const sign = compare(shape, operands, order[before]!, order[at]!);
      if (sign < 0) break;
      if (sign === 0) continue;
      [order[before], order[at]] = [order[at]!, order[before]!];
      at = before;
    }
  }
  return order;
}

function compare(shape: Shape, operands: readonly Shape[], a: number, b: number): number {
  for (const strides of operands) {
    if (strides[a] === 0 || strides[b] === 0) continue;
    const sign = Math.sign(strides[a]! - strides[b]!) || (shape[a]! > shape[b]! ? 1 : 0);
    if (sign !== 0) return sign;
  }
  return 0;
}

/** The strides of what is made element by element of tensors that broadcast to `shape`: their own order in memory (PyTorch's `TensorIterator`). */
export function iteratedStrides(shape: Shape, operands: readonly { shape: Shape; strides: Shape }[]): Shape {
  if (operands.every((one) => sameShape(one.shape, shape))) {
    if (operands.every((one) => isInFormat(shape, one.strides, 'channels_last'))) {
      return formatStrides(shape, 'channels_last');
    }
    const { strides } = operands[0]!;
    if (operands.every((one) => sameShape(one.strides, strides)) && isDense(shape, strides)) return strides;
  }
  const all = operands.map((one) => broadcastStrides(one.shape, one.strides, shape));
  return packed(shape, commonOrder(shape, all));
}

/** The strides that a call of `empty_like` and its kin asks for; null is `preserve_format`. */
export function stridesLike(like: Tensor, format: string | null): Shape {
  if (format === null || format === 'preserve_format') return preservedStrides(like.shape, like.strides);
  return formatStrides(like.shape, format);
}

/** New memory with room for what the strides reach. */
export function emptyStrided(shape: Shape, strides: Shape, dtype: DType): Tensor {
  return new Tensor(allocate(dtype, storageLength(shape, strides, 0)), shape, strides, 0, dtype);
}

/** How many elements of memory a tensor of this geometry needs. */
export function storageLength(shape: Shape, strides: Shape, offset: number): number {
  if (numel(shape) === 0) return 0;
  return shape.reduce((reach, size, d) => reach + (size - 1) * strides[d]!, offset + 1);
}
