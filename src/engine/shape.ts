import { indexError, runtimeError } from './errors.ts';

export type Shape = readonly number[];

export function numel(shape: Shape): number {
  let count = 1;
  for (let i = 0; i < shape.length; i++) count *= shape[i]!;
  return count;
}

export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

const UNIT: Shape = [1];
const NONE: Shape = [];

/** Row-major strides; a size of 0 counts as 1, as in PyTorch. */
export function contiguousStrides(shape: Shape): Shape {
  if (shape.length === 1) return UNIT;
  if (shape.length === 0) return NONE;
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = step;
    step *= Math.max(shape[i]!, 1);
  }
  return strides;
}

/** Whether walking the shape in row-major order walks memory in order. Strides of size-1 dimensions do not matter. */
export function isContiguous(shape: Shape, strides: Shape): boolean {
  if (strides === UNIT || strides === NONE) return true;
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    const size = shape[i]!;
    if (size === 0) return true;
    if (size !== 1 && strides[i] !== step) return false;
    step *= size;
  }
  return true;
}

/** The common shape, aligned at the end. Raises where two sizes differ and neither is 1. */
export function broadcastShapes(a: Shape, b: Shape): Shape {
  if (sameShape(a, b)) return a;
  const rank = Math.max(a.length, b.length);
  const out = new Array<number>(rank);
  for (let i = rank - 1; i >= 0; i--) {
    const x = a[i - rank + a.length] ?? 1;
    const y = b[i - rank + b.length] ?? 1;
    if (x !== y && x !== 1 && y !== 1) {
      throw runtimeError(
        `The size of tensor a (${x}) must match the size of tensor b (${y}) at non-singleton dimension ${i}`,
      );
    }
    out[i] = x === 1 ? y : x;
  }
  return out;
}

/** Strides that read `shape`/`strides` as if it had the shape `to`: 0 along what is repeated. */
export function broadcastStrides(shape: Shape, strides: Shape, to: Shape): Shape {
  if (sameShape(shape, to)) return strides;
  const lead = to.length - shape.length;
  return to.map((size, i) => {
    const own = i - lead;
    return own < 0 || (shape[own] === 1 && size !== 1) ? 0 : strides[own]!;
  });
}

export const isBroadcastableTo = (shape: Shape, to: Shape): boolean =>
  shape.length <= to.length && shape.every((size, i) => size === 1 || size === to[i + to.length - shape.length]);

/** A dimension counted from either end. A 0-d tensor has dimensions 0 and -1. */
export function wrapDim(dim: number, rank: number): number {
  const span = Math.max(rank, 1);
  if (dim < -span || dim >= span) {
    throw indexError(`Dimension out of range (expected to be in range of [${-span}, ${span - 1}], but got ${dim})`);
  }
  return dim < 0 ? dim + span : dim;
}

/** As PyTorch prints a list of sizes. */
export const formatShape = (shape: Shape): string => `[${shape.join(', ')}]`;
