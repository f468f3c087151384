import { bool, type Data, type DType, int64 } from './dtype.ts';
import { broadcastStrides, numel, type Shape, sameShape } from './shape.ts';
import type { Tensor } from './tensor.ts';

/** Elements that are JS numbers. */
export type NumberData = Exclude<Data, BigInt64Array>;

/** Calls `visit` with the memory position of each element in row-major order. */
export function walk(shape: Shape, strides: Shape, offset: number, visit: (position: number) => void): void {
  const rank = shape.length;
  const count = numel(shape);
  if (count === 0) return;
  const inner = rank === 0 ? 1 : shape[rank - 1]!;
  const step = rank === 0 ? 0 : strides[rank - 1]!;
  const index = new Array<number>(rank).fill(0);
  let start = offset;
  for (let done = 0; done < count; done += inner) {
    for (let k = 0; k < inner; k++) visit(start + k * step);
    for (let d = rank - 2; d >= 0; d--) {
      start += strides[d]!;
      if (++index[d]! < shape[d]!) break;
      start -= strides[d]! * shape[d]!;
      index[d] = 0;
    }
  }
}

/** The memory positions of all elements in row-major order. */
export function positions(shape: Shape, strides: Shape, offset: number): Int32Array {
  const out = new Int32Array(numel(shape));
  let i = 0;
  walk(shape, strides, offset, (position) => {
    out[i++] = position;
  });
  return out;
}

/** The elements in row-major order: the tensor's own memory where that is what it holds, a copy otherwise. Not to be written to. */
export function rowMajor(tensor: Tensor): Data {
  const { data } = tensor.storage;
  if (tensor.offset === 0 && tensor.isContiguous && data.length === tensor.numel) return data;
  return gather(tensor, tensor.shape);
}

/** The elements of the tensor broadcast to `shape`, in `dtype`. Not to be written to. */
export function broadcastTo(tensor: Tensor, shape: Shape, dtype: DType): Data {
  const data = sameShape(tensor.shape, shape) ? rowMajor(tensor) : gather(tensor, shape);
  return tensor.dtype === dtype ? data : convert(data, tensor.dtype, dtype);
}

/** A fresh row-major copy, broadcast to `shape`. */
export function gather(tensor: Tensor, shape: Shape): Data {
  const { data } = tensor.storage;
  const count = numel(shape);
  if (tensor.isContiguous && sameShape(tensor.shape, shape)) return data.slice(tensor.offset, tensor.offset + count);
  const out = tensor.dtype.allocate(count) as NumberData;
  if (tensor.numel === 1) return out.fill(data[tensor.offset] as number);
  const from = data as NumberData;
  let i = 0;
  walk(shape, broadcastStrides(tensor.shape, tensor.strides, shape), tensor.offset, (position) => {
    out[i++] = from[position]!;
  });
  return out;
}

/** Writes row-major elements of the tensor's own dtype over it. */
export function scatter(tensor: Tensor, values: Data): void {
  const { data } = tensor.storage;
  if (tensor.isContiguous) {
    (data as NumberData).set(values as NumberData, tensor.offset);
    return;
  }
  const to = data as NumberData;
  const from = values as NumberData;
  let i = 0;
  walk(tensor.shape, tensor.strides, tensor.offset, (position) => {
    to[position] = from[i++]!;
  });
}

const INT64_MIN = -(2n ** 63n);

/** C's conversions: towards zero into ints, modulo their width; "not zero" into bool. */
export function convert(data: Data, from: DType, to: DType): Data {
  if (from === to) return data;
  const out = to.allocate(data.length);
  const count = data.length;
  if (to === int64) {
    const target = out as BigInt64Array;
    for (let i = 0; i < count; i++) target[i] = toBigInt((data as NumberData)[i]!);
  } else if (to === bool) {
    for (let i = 0; i < count; i++) (out as Uint8Array)[i] = Number(data[i]) !== 0 ? 1 : 0;
  } else if (from === int64) {
    const narrow = to.category === 1;
    for (let i = 0; i < count; i++) {
      const value = (data as BigInt64Array)[i]!;
      (out as NumberData)[i] = Number(narrow ? BigInt.asIntN(32, value) : value);
    }
  } else (out as NumberData).set(data as NumberData);
  return out;
}

export function toBigInt(value: number): bigint {
  return Number.isFinite(value) ? BigInt.asIntN(64, BigInt(Math.trunc(value))) : INT64_MIN;
}

/** `target += addend` in place, broadcasting the addend. */
export function addInto(target: Tensor, addend: Tensor): void {
  const x = rowMajor(target);
  const y = broadcastTo(addend, target.shape, target.dtype);
  const sum = target.dtype.allocate(x.length);
  if (target.dtype === int64) {
    for (let i = 0; i < x.length; i++) (sum as BigInt64Array)[i] = (x as BigInt64Array)[i]! + (y as BigInt64Array)[i]!;
  } else for (let i = 0; i < x.length; i++) (sum as NumberData)[i] = (x as NumberData)[i]! + (y as NumberData)[i]!;
  scatter(target, sum);
  target.storage.version++;
}

/** Writes Python's numbers into memory of a dtype. */
export function convertScalars(values: ArrayLike<number | bigint | boolean>, to: Data, dtype: DType): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (dtype === int64) (to as BigInt64Array)[i] = typeof value === 'number' ? toBigInt(value) : BigInt(value);
    else if (dtype === bool) (to as Uint8Array)[i] = value ? 1 : 0;
    else (to as NumberData)[i] = Number(value);
  }
}
