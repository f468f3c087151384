import { bool, type Data, type DType, int64, realType } from './dtype.ts';
import { broadcastStrides, contiguousStrides, isContiguous, numel, type Shape, sameShape } from './shape.ts';
import type { Tensor } from './tensor.ts';
import { Complex, type Scalar } from './values.ts';
import { copyMatrix, spreadRows } from './wasm/copies.ts';
import { isResident, LEAST } from './wasm/memory.ts';

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
  const count = tensor.numel * tensor.dtype.lanes;
  if (tensor.isContiguous && !tensor.conj) {
    if (tensor.offset === 0 && data.length === count) return data;
    const start = tensor.offset * tensor.dtype.lanes;
    return data.subarray(start, start + count);
  }
  return gather(tensor, tensor.shape);
}

/** The elements of the tensor broadcast to `shape`, in `dtype`. Not to be written to. */
export function broadcastTo(tensor: Tensor, shape: Shape, dtype: DType): Data {
  if (sameShape(tensor.shape, shape)) return convert(rowMajor(tensor), tensor.dtype, dtype);
  if (tensor.numel >= numel(shape)) return convert(gather(tensor, shape), tensor.dtype, dtype);
  return gather(inDtype(tensor, dtype), shape);
}

/** The tensor itself where it has the dtype, else a row-major copy of its own elements. Not to be written to. */
export const inDtype = (tensor: Tensor, dtype: DType): Strided =>
  tensor.dtype === dtype ? tensor : converted(tensor, dtype);

/** A row-major copy in another dtype. */
function converted(tensor: Tensor, dtype: DType): Strided {
  const data = convert(rowMajor(tensor), tensor.dtype, dtype);
  return { storage: { data }, shape: tensor.shape, strides: contiguousStrides(tensor.shape), offset: 0, dtype };
}

/** What loops need to know of a tensor. */
export interface Strided {
  readonly storage: { readonly data: Data };
  readonly shape: Shape;
  readonly strides: Shape;
  readonly offset: number;
  readonly dtype: DType;
  /** The elements are the conjugates of those in memory. */
  readonly conj?: boolean;
}

/** A fresh row-major copy, broadcast to `shape`. */
export function gather(tensor: Strided, shape: Shape): Data {
  const data = gatherMemory(tensor, shape);
  if (tensor.conj === true) conjugateInPlace(data as NumberData);
  return data;
}

function conjugateInPlace(data: NumberData): void {
  for (let i = 1; i < data.length; i += 2) data[i] = -data[i]!;
}

function gatherMemory(tensor: Strided, shape: Shape): Data {
  const { data } = tensor.storage;
  const { dtype } = tensor;
  const count = numel(shape);
  const { lanes } = dtype;
  if (isContiguous(tensor.shape, tensor.strides) && sameShape(tensor.shape, shape)) {
    if (count * dtype.bytes < LEAST) return data.slice(tensor.offset * lanes, (tensor.offset + count) * lanes);
    const whole = dtype.allocate(count, false) as NumberData;
    whole.set(data.subarray(tensor.offset * lanes, (tensor.offset + count) * lanes) as NumberData);
    return whole;
  }
  const out = dtype.allocate(count, false);
  if (count === 0) return out;
  const strides = broadcastStrides(tensor.shape, tensor.strides, shape);
  if (lanes === 1) read(data as NumberData, out as NumberData, shape, strides, tensor.offset);
  else read(data as NumberData, out as NumberData, [...shape, 2], pairs(strides), tensor.offset * 2);
  return out;
}

/** Strides over re, im side by side. */
const pairs = (strides: Shape): Shape => [...strides.map((stride) => stride * 2), 1];

/** Copies strided memory to row-major memory; whole rows where they lie together. */
function read(from: NumberData, to: NumberData, shape: Shape, strides: Shape, offset: number): void {
  const rank = shape.length;
  if (rank > 1 && to instanceof Float32Array && readMatrices(from as Float32Array, to, shape, strides, offset)) return;
  const inner = rank === 0 ? 1 : shape[rank - 1]!;
  const step = rank === 0 ? 0 : strides[rank - 1]!;
  const index = new Array<number>(rank).fill(0);
  const count = to.length;
  let start = offset;
  for (let done = 0; done < count; done += inner) {
    if (step === 0) to.fill(from[start]!, done, done + inner);
    else if (step === 1 && inner > 16) to.set(from.subarray(start, start + inner), done);
    else for (let k = 0, at = start; k < inner; k++, at += step) to[done + k] = from[at]!;
    start = advance(index, shape, strides, start);
  }
}

/** The same of float32 in the memory that kernels see, two dimensions at once. False: it was not done. */
function readMatrices(from: Float32Array, to: Float32Array, shape: Shape, strides: Shape, offset: number): boolean {
  if (!isResident(to) || !isResident(from)) return false;
  const rank = shape.length;
  const [rows, n] = [shape[rank - 2]!, shape[rank - 1]!];
  const [rowStride, stride] = [strides[rank - 2]!, strides[rank - 1]!];
  if (rows * n < 64) return false;
  const index = new Array<number>(rank - 1).fill(0);
  const outer = [...shape.slice(0, -2), 1];
  let start = offset;
  for (let done = 0; done < to.length; done += rows * n) {
    if (!copyMatrix(rows, n, to.byteOffset + done * 4, from.byteOffset + start * 4, rowStride, stride)) return false;
    start = advance(index, outer, strides, start);
  }
  return true;
}

/** Moves to the next row: the position of its first element. */
function advance(index: number[], shape: Shape, strides: Shape, start: number): number {
  for (let d = shape.length - 2; d >= 0; d--) {
    start += strides[d]!;
    if (++index[d]! < shape[d]!) break;
    start -= strides[d]! * shape[d]!;
    index[d] = 0;
  }
  return start;
}

/** Writes row-major elements of the tensor's own dtype over it. */
export function scatter(tensor: Tensor, values: Data): void {
  scatterMemory(tensor, tensor.conj ? conjugates(values) : values);
}

function conjugates(values: Data): Data {
  const turned = values.slice() as NumberData;
  conjugateInPlace(turned);
  return turned;
}

function scatterMemory(tensor: Tensor, values: Data): void {
  if (values.length === 0) return;
  const { data } = tensor.storage;
  const { lanes } = tensor.dtype;
  if (values.length === 0) return;
  if (tensor.isContiguous) {
    (data as NumberData).set(values as NumberData, tensor.offset * lanes);
    return;
  }
  const { shape, strides, offset } = tensor;
  if (lanes === 1) write(data as NumberData, values as NumberData, shape, strides, offset);
  else write(data as NumberData, values as NumberData, [...shape, 2], pairs(strides), offset * 2);
}

/** Copies row-major memory to strided memory. */
function write(to: NumberData, from: NumberData, shape: Shape, strides: Shape, offset: number): void {
  const count = numel(shape);
  if (count === 0) return;
  const rank = shape.length;
  const inner = rank === 0 ? 1 : shape[rank - 1]!;
  const step = rank === 0 ? 0 : strides[rank - 1]!;
  if (rank > 1 && step === 1 && from instanceof Float32Array && isResident(from) && isResident(to)) {
    writeRows(to, from, shape, strides, offset);
    return;
  }
  const index = new Array<number>(rank).fill(0);
  let start = offset;
  for (let done = 0; done < count; done += inner) {
    for (let k = 0, at = start; k < inner; k++, at += step) to[at] = from[done + k]!;
    start = advance(index, shape, strides, start);
  }
}

/** The same of float32 whose rows lie together, in the memory that kernels see. */
function writeRows(to: NumberData, from: Float32Array, shape: Shape, strides: Shape, offset: number): void {
  const rank = shape.length;
  const [rows, n] = [shape[rank - 2]!, shape[rank - 1]!];
  const index = new Array<number>(rank - 1).fill(0);
  const outer = [...shape.slice(0, -2), 1];
  let start = offset;
  for (let done = 0; done < from.length; done += rows * n) {
    spreadRows(rows, n, to.byteOffset + start * 4, strides[rank - 2]!, from.byteOffset + done * 4);
    start = advance(index, outer, strides, start);
  }
}

const INT64_MIN = -(2n ** 63n);

/** C's conversions: towards zero into ints, modulo their width; "not zero" into bool; a complex number loses its imaginary part. */
export function convert(data: Data, from: DType, to: DType): Data {
  if (from === to) return data;
  if (from.lanes === 2 || to.lanes === 2) return convertComplex(data, from, to);
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
  to.narrow?.(out);
  return out;
}

function convertComplex(data: Data, from: DType, to: DType): Data {
  if (from.lanes === to.lanes) {
    const out = to.allocate(data.length / 2) as NumberData;
    out.set(data as NumberData);
    return out;
  }
  if (to.lanes === 2) {
    const parts = convert(data, from, realType(to)) as NumberData;
    const out = to.allocate(parts.length) as NumberData;
    for (let i = 0; i < parts.length; i++) out[2 * i] = parts[i]!;
    return out;
  }
  const count = data.length / 2;
  const real = realType(from).allocate(count) as NumberData;
  const both = data as NumberData;
  for (let i = 0; i < count; i++) {
    real[i] = to === bool ? Number(both[2 * i] !== 0 || both[2 * i + 1] !== 0) : both[2 * i]!;
  }
  return convert(real, realType(from), to);
}

export function toBigInt(value: number): bigint {
  return Number.isFinite(value) ? BigInt.asIntN(64, BigInt(Math.trunc(value))) : INT64_MIN;
}

/** `target += addend` in place, broadcasting the addend. */
export function addInto(target: Tensor, addend: Tensor): void {
  const x = rowMajor(target);
  const y = broadcastTo(addend, target.shape, target.dtype);
  const sum = target.dtype.allocate(target.numel);
  if (target.dtype === int64) {
    for (let i = 0; i < x.length; i++) (sum as BigInt64Array)[i] = (x as BigInt64Array)[i]! + (y as BigInt64Array)[i]!;
  } else for (let i = 0; i < x.length; i++) (sum as NumberData)[i] = (x as NumberData)[i]! + (y as NumberData)[i]!;
  target.dtype.narrow?.(sum);
  scatter(target, sum);
  target.storage.version++;
}

/** Writes Python's numbers into memory of a dtype. */
export function convertScalars(values: ArrayLike<Scalar>, to: Data, dtype: DType): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value instanceof Complex) writeComplex(value, to, i, dtype);
    else if (dtype === int64) (to as BigInt64Array)[i] = typeof value === 'number' ? toBigInt(value) : BigInt(value);
    else if (dtype === bool) (to as Uint8Array)[i] = value ? 1 : 0;
    else (to as NumberData)[i * dtype.lanes] = Number(value);
  }
  dtype.narrow?.(to);
}

function writeComplex({ re, im }: Complex, to: Data, i: number, dtype: DType): void {
  if (dtype.lanes === 1) {
    (to as NumberData)[i] = dtype === bool ? Number(re !== 0 || im !== 0) : re;
    return;
  }
  (to as NumberData)[2 * i] = re;
  (to as NumberData)[2 * i + 1] = im;
}
