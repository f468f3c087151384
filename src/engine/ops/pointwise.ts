/** The pointwise family: what every op that works element by element has in common. */
import { bool, type Data, type DType, float32, int64, isComplex } from '../dtype.ts';
import type { EngineError } from '../errors.ts';
import { floatType, resultType } from '../promote.ts';
import { broadcastShapes, contiguousStrides, numel, type Shape, sameShape } from '../shape.ts';
import { type BinaryComplex, type UnaryComplex, z } from '../special/complex.ts';
import { allocate } from '../storage.ts';
import { broadcastTo, convert, type NumberData, rowMajor } from '../strided.ts';
import { emptyTensor, Tensor } from '../tensor.ts';
import { type Limits, noKernel, requireKernel } from './limits.ts';

export type Binary = (x: number, y: number) => number;
export type BinaryBig = (x: bigint, y: bigint) => bigint;
export type Unary = (x: number) => number;
export type UnaryBig = (x: bigint) => bigint;
export { type BinaryComplex, type UnaryComplex, z };

/** How operands and result are typed: in the common dtype, in a floating one, or to bool. */
export type Promotion = 'common' | 'float' | 'compare';

const asFloat = (t: Tensor): boolean => t.dtype === float32 && t.offset === 0 && !t.isWrappedNumber;

/** A tensor over memory that is its own. */
export function fromData(data: Data, shape: Shape, dtype: DType): Tensor {
  const tensor = emptyTensor([0], dtype);
  tensor.storage = { data, version: 0 };
  tensor.shape = shape;
  tensor.strides = contiguousStrides(shape);
  return tensor;
}

/** A kernel for complex operands that there is none for. */
const noComplex = (bounds: Limits | null, dtype: DType): EngineError => noKernel(bounds?.kernel ?? 'operation', dtype);

/** A kernel of two operands that broadcast. `fast` is the loop for two float operands of one shape, written out for the commonest ops. */
export function binary(
  promotion: Promotion,
  number: Binary,
  big: BinaryBig | ((x: bigint, y: bigint) => boolean),
  fast: ((x: Float32Array, y: Float32Array, out: Float32Array) => void) | null = null,
  complex: BinaryComplex | null = null,
  bounds: Limits | null = null,
): (self: Tensor, other: Tensor) => Tensor {
  return (self, other) => {
    if (fast !== null && asFloat(self) && asFloat(other) && sameShape(self.shape, other.shape)) {
      const x = rowMajor(self) as Float32Array;
      const storage = allocate(float32, x.length);
      fast(x, rowMajor(other) as Float32Array, storage.data as Float32Array);
      return new Tensor(storage, self.shape, contiguousStrides(self.shape), 0, float32);
    }
    return general(promotion, number, big, complex, bounds, self, other);
  };
}

function general(
  promotion: Promotion,
  number: Binary,
  big: (x: bigint, y: bigint) => bigint | boolean,
  complex: BinaryComplex | null,
  bounds: Limits | null,
  self: Tensor,
  other: Tensor,
): Tensor {
  const shape = broadcastShapes(self.shape, other.shape);
  const common = resultType(self, other);
  const work = promotion === 'float' ? floatType(common) : common;
  if (bounds !== null) requireKernel(bounds, work);
  const x = broadcastTo(self, shape, work);
  const y = broadcastTo(other, shape, work);
  const out = emptyTensor(shape, promotion === 'compare' ? bool : work);
  out.isWrappedNumber = self.isWrappedNumber && other.isWrappedNumber;
  if (!isComplex(work)) fill(out.storage.data, work, x, y, number, big);
  else if (complex === null) throw noComplex(bounds, work);
  else fillComplex(out.storage.data as NumberData, x as NumberData, y as NumberData, complex, out.dtype);
  return out;
}

function fill(
  out: Data,
  work: DType,
  x: Data,
  y: Data,
  number: Binary,
  big: (x: bigint, y: bigint) => bigint | boolean,
): void {
  const target = out as NumberData;
  if (work !== int64) {
    const isBool = work === bool;
    for (let i = 0; i < target.length; i++) {
      const value = number((x as NumberData)[i]!, (y as NumberData)[i]!);
      target[i] = isBool ? Number(Boolean(value)) : value;
    }
    return;
  }
  for (let i = 0; i < target.length; i++) {
    const value = big((x as BigInt64Array)[i]!, (y as BigInt64Array)[i]!);
    if (typeof value === 'bigint') (out as BigInt64Array)[i] = value;
    else target[i] = value ? 1 : 0;
  }
}

/** A comparison leaves 0 or 1 in `z.re`. */
function fillComplex(out: NumberData, x: NumberData, y: NumberData, complex: BinaryComplex, dtype: DType): void {
  const { lanes } = dtype;
  for (let i = 0; i < x.length; i += 2) {
    complex(x[i]!, x[i + 1]!, y[i]!, y[i + 1]!);
    if (lanes === 1) out[i >> 1] = z.re;
    else {
      out[i] = z.re;
      out[i + 1] = z.im;
    }
  }
}

/** A kernel of one operand that keeps its dtype. */
export function unary(
  number: Unary,
  big: UnaryBig,
  complex: UnaryComplex | null = null,
  bounds: Limits | null = null,
): (self: Tensor) => Tensor {
  return (self) => {
    if (bounds !== null) requireKernel(bounds, self.dtype);
    if (isComplex(self.dtype)) return mapComplex(self, complex, bounds);
    const x = rowMajor(self);
    const out = emptyTensor(self.shape, self.dtype);
    const { data } = out.storage;
    if (self.dtype === int64) {
      for (let i = 0; i < x.length; i++) (data as BigInt64Array)[i] = big((x as BigInt64Array)[i]!);
    } else for (let i = 0; i < x.length; i++) (data as NumberData)[i] = number((x as NumberData)[i]!);
    return out;
  };
}

/** A kernel of one operand whose result is floating or complex. */
export function unaryFloat(
  number: Unary,
  complex: UnaryComplex | null = null,
  bounds: Limits | null = null,
): (self: Tensor) => Tensor {
  return (self) => (isComplex(self.dtype) ? mapComplex(self, complex, bounds) : mapFloat(self, number, bounds));
}

/** `number` of each element, in the operand's dtype or the default one. */
export function mapFloat(self: Tensor, number: Unary, bounds: Limits | null = null): Tensor {
  const dtype = floatType(self.dtype);
  if (bounds !== null) requireKernel(bounds, dtype);
  if (isComplex(dtype)) throw noComplex(bounds, dtype);
  const x = convert(rowMajor(self), self.dtype, dtype) as NumberData;
  const out = emptyTensor(self.shape, dtype);
  const data = out.storage.data as NumberData;
  for (let i = 0; i < x.length; i++) data[i] = number(x[i]!);
  return out;
}

/** `complex` of each element. */
export function mapComplex(self: Tensor, complex: UnaryComplex | null, bounds: Limits | null = null): Tensor {
  if (bounds !== null) requireKernel(bounds, self.dtype);
  if (complex === null) throw noComplex(bounds, self.dtype);
  const x = rowMajor(self) as NumberData;
  const out = emptyTensor(self.shape, self.dtype);
  const data = out.storage.data as NumberData;
  for (let i = 0; i < x.length; i += 2) {
    complex(x[i]!, x[i + 1]!);
    data[i] = z.re;
    data[i + 1] = z.im;
  }
  return out;
}

/** Elements of several tensors, broadcast and brought to one dtype, and the common shape. */
export function aligned(tensors: readonly Tensor[], dtype: DType): { shape: Shape; data: Data[] } {
  const shape = tensors.map((tensor) => tensor.shape).reduce((a, b) => broadcastShapes(a, b));
  return { shape, data: tensors.map((tensor) => broadcastTo(tensor, shape, dtype)) };
}

export const count = (tensor: Tensor): number => numel(tensor.shape);
