/** The cross product's loop. */
import type { Data, DType } from '../dtype.ts';
import { int64, isComplex } from '../dtype.ts';
import { numel, type Shape } from '../shape.ts';
import type { NumberData } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';

/** x × y along `axis`, of row-major operands of one shape. */
export function crossKernel(x: Data, y: Data, shape: Shape, axis: number, dtype: DType): Tensor {
  const out = emptyTensor(shape, dtype);
  const inner = numel(shape.slice(axis + 1));
  const { data } = out.storage;
  for (let start = 0; start < out.numel; start += 3 * inner) {
    for (let i = start; i < start + inner; i++) {
      for (let part = 0; part < 3; part++) {
        const [to, a, b] = [i + part * inner, i + ((part + 1) % 3) * inner, i + ((part + 2) % 3) * inner];
        if (dtype === int64) minorBig(x as BigInt64Array, y as BigInt64Array, data as BigInt64Array, to, a, b);
        else if (isComplex(dtype)) minorComplex(x as NumberData, y as NumberData, data as NumberData, to, a, b);
        else (data as NumberData)[to] = minor(x as NumberData, y as NumberData, a, b, dtype.bytes === 4);
      }
    }
  }
  return out;
}

/** x[a] · y[b] − x[b] · y[a]; of floats, each product rounded. */
function minor(x: NumberData, y: NumberData, a: number, b: number, single: boolean): number {
  const [left, right] = [x[a]! * y[b]!, x[b]! * y[a]!];
  return single ? Math.fround(left) - Math.fround(right) : left - right;
}

function minorBig(x: BigInt64Array, y: BigInt64Array, out: BigInt64Array, to: number, a: number, b: number): void {
  out[to] = x[a]! * y[b]! - x[b]! * y[a]!;
}

function minorComplex(x: NumberData, y: NumberData, out: NumberData, to: number, a: number, b: number): void {
  const [p, q] = [2 * a, 2 * b];
  out[2 * to] = x[p]! * y[q]! - x[p + 1]! * y[q + 1]! - (x[q]! * y[p]! - x[q + 1]! * y[p + 1]!);
  out[2 * to + 1] = x[p]! * y[q + 1]! + x[p + 1]! * y[q]! - (x[q]! * y[p + 1]! + x[q + 1]! * y[p]!);
}
