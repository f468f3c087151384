/** Tensors as lines along one dimension: what ops that sort, select and accumulate work on. */
import type { Data, DType } from '../dtype.ts';
import { type Shape, wrapDim } from '../shape.ts';
import { convert, gather, rowMajor } from '../strided.ts';
import type { Tensor } from '../tensor.ts';
import { permuted } from './layout.ts';
import { fromData } from './pointwise.ts';

/** The lines of a tensor, one after another: `count` of `n` elements each. A 0-d tensor is one line of one element. */
export interface Lines {
  /** Not to be written to. */
  readonly data: Data;
  readonly n: number;
  readonly count: number;
  /** The dimension, counted from the front. */
  readonly dim: number;
}

export function linesOf(self: Tensor, given: number): Lines {
  const dim = wrapDim(given, self.rank);
  const n = self.shape[dim] ?? 1;
  const count = self.shape.reduce((product, size, i) => (i === dim ? product : product * size), 1);
  const last = dim >= self.rank - 1;
  return { data: rowMajor(last ? self : permuted(self, dimLast(self.rank, dim))), n, count, dim };
}

/** The lines in another dtype. */
export function linesIn(self: Tensor, dim: number, dtype: DType): Lines {
  const lines = linesOf(self, dim);
  return { ...lines, data: convert(lines.data, self.dtype, dtype) };
}

/** A tensor of the shape whose lines along `dim` these are. */
export function fromLines(data: Data, shape: Shape, dim: number, dtype: DType): Tensor {
  if (dim >= shape.length - 1) return fromData(data, shape, dtype);
  const order = dimLast(shape.length, dim);
  const turned = fromData(
    data,
    order.map((d) => shape[d]!),
    dtype,
  );
  const back = permuted(
    turned,
    shape.map((_, d) => order.indexOf(d)),
  );
  return fromData(gather(back, shape), shape, dtype);
}

/** The shape with another size at `dim`; a 0-d tensor stays one. */
export const resized = (shape: Shape, dim: number, size: number): Shape =>
  shape.length === 0 ? shape : shape.with(dim, size);

/** The shape without `dim`, or with a size of 1 there. */
export const withoutDim = (shape: Shape, dim: number, keepdim: boolean): Shape =>
  keepdim || shape.length === 0 ? resized(shape, dim, 1) : shape.toSpliced(dim, 1);

function dimLast(rank: number, dim: number): number[] {
  const order = Array.from({ length: rank }, (_, i) => i).filter((i) => i !== dim);
  return [...order, dim];
}

export type Element = number | bigint;

export const isNan = (value: Element): boolean => typeof value === 'number' && Number.isNaN(value);

/** Ascending, nan last. */
export const ascending = (x: Element, y: Element): boolean => x < y || (isNan(y) && !isNan(x));
/** Descending, nan first. */
export const descending = (x: Element, y: Element): boolean => x > y || (isNan(x) && !isNan(y));
