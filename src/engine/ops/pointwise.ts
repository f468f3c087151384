/** The pointwise family: what every op that works element by element has in common. */
import { bfloat16, bool, complex128, type Data, type DType, float32, float64, int64, isComplex } from '../dtype.ts';
import type { EngineError } from '../errors.ts';
import { toBfloat16 } from '../narrow.ts';
import { floatType, resultType } from '../promote.ts';
import { broadcastShapes, contiguousStrides, numel, type Shape, sameShape } from '../shape.ts';
import { type BinaryComplex, type UnaryComplex, z } from '../special/complex.ts';
import { allocate, Storage } from '../storage.ts';
import { broadcastTo, convert, type NumberData, rowMajor } from '../strided.ts';
import { emptyTensor, Tensor } from '../tensor.ts';
import { addMultiple } from '../wasm/elementwise.ts';
import { applyFunction, type FloatFunctionName } from '../wasm/functions.ts';
import { isResident } from '../wasm/memory.ts';
import { type Limits, noKernel, requireKernel } from './limits.ts';
import { calling, callingBig, callingBigTruth, callingTruth, combineAll, type Loop, runLoop } from './loops.ts';

export type Binary = (x: number, y: number) => number;
export type BinaryBig = (x: bigint, y: bigint) => bigint;
export type Unary = (x: number) => number;
export type UnaryBig = (x: bigint) => bigint;
export { type BinaryComplex, type UnaryComplex, z };

/** How operands and result are typed: in the common dtype, in a floating one, or to bool. */
export type Promotion = 'common' | 'float' | 'compare';

/** A tensor over memory that is its own. */
export function fromData(data: Data, shape: Shape, dtype: DType): Tensor {
  return new Tensor(new Storage(data), shape, contiguousStrides(shape), 0, dtype);
}

/** A kernel for complex operands that there is none for. */
const noComplex = (bounds: Limits | null, dtype: DType): EngineError => noKernel(bounds?.kernel ?? 'operation', dtype);

/**
 * A kernel of two operands that broadcast. `fast` is the loop written out, for the commonest ops: a loop that is shared by all ops calls a
 * function for each element.
 */
export function binary(
  promotion: Promotion,
  number: Binary,
  big: BinaryBig | ((x: bigint, y: bigint) => boolean),
  fast: Loop | null = null,
  complex: BinaryComplex | null = null,
  bounds: Limits | null = null,
): (self: Tensor, other: Tensor) => Tensor {
  const loops = loopsOf(promotion, number, big, fast);
  return (self, other) => {
    const quick = fast === null || promotion === 'compare' ? null : combineAlike(fast, self, other);
    return quick ?? general(promotion, loops, complex, bounds, self, other);
  };
}

/** The commonest case: a loop over two float32 tensors of one shape. Null: they are something else. */
export function combineAlike(loop: Loop, self: Tensor, other: Tensor): Tensor | null {
  if (!areAlike(self, other)) return null;
  const x = self.storage.data as NumberData;
  const storage = allocate(float32, x.length, false);
  const y = other.storage.data as NumberData;
  if (!combineAll(loop, x, y, storage.data)) loop(x.length, storage.data as NumberData, 0, x, 0, 1, y, 0, 1);
  return new Tensor(storage, self.shape, contiguousStrides(self.shape), 0, float32);
}

/** self + factor · other of many such floats. Null: they are something else, or lie elsewhere. */
export function addMultiples(self: Tensor, other: Tensor, factor: number): Tensor | null {
  if (!areAlike(self, other)) return null;
  const [x, y] = [self.storage.data as NumberData, other.storage.data as NumberData];
  if (!isResident(x) || !isResident(y)) return null;
  const out = emptyTensor(self.shape, float32, false);
  const { data } = out.storage;
  if (!isResident(data)) return null;
  addMultiple(x.length, data.byteOffset, x.byteOffset, y.byteOffset, factor);
  return out;
}

/** Whether both are float32 of one shape and fill their memory in order, as most operands do. */
function areAlike(self: Tensor, other: Tensor): boolean {
  return (
    self.dtype === float32 &&
    other.dtype === float32 &&
    sameShape(self.shape, other.shape) &&
    self.storage.data.length === other.storage.data.length &&
    fillsMemory(self) &&
    fillsMemory(other)
  );
}

function fillsMemory(tensor: Tensor): boolean {
  return !tensor.isWrappedNumber && tensor.isContiguous && tensor.storage.data.length === tensor.numel;
}

type Loops = Readonly<Record<'floating' | 'number' | 'bool' | 'int64', Loop>>;

/** One loop per kind of memory that operands lie in. */
function loopsOf(
  promotion: Promotion,
  number: Binary,
  big: (x: bigint, y: bigint) => bigint | boolean,
  fast: Loop | null,
): Loops {
  const compares = promotion === 'compare';
  const plain = compares ? callingTruth(number) : calling(number);
  const int64 = compares ? callingBigTruth(big) : callingBig(big as BinaryBig);
  return { floating: fast ?? plain, number: plain, bool: callingTruth(number), int64: int64 as unknown as Loop };
}

const loopFor = (loops: Loops, { category, name }: DType): Loop =>
  category === 2 ? loops.floating : category === 0 ? loops.bool : name === 'int64' ? loops.int64 : loops.number;

function general(
  promotion: Promotion,
  loops: Loops,
  complex: BinaryComplex | null,
  bounds: Limits | null,
  self: Tensor,
  other: Tensor,
): Tensor {
  const shape = broadcastShapes(self.shape, other.shape);
  const common = resultType(self, other);
  const work = promotion === 'float' ? floatType(common) : common;
  if (bounds !== null) requireKernel(bounds, work);
  const out = emptyTensor(shape, promotion === 'compare' ? bool : work, false);
  out.isWrappedNumber = self.isWrappedNumber && other.isWrappedNumber;
  const data = out.storage.data as NumberData;
  if (!isComplex(work)) runLoop(loopFor(loops, work), self, other, work, shape, data);
  else if (complex === null) throw noComplex(bounds, work);
  else {
    const x = broadcastTo(self, shape, work) as NumberData;
    fillComplex(data, x, broadcastTo(other, shape, work) as NumberData, complex, out.dtype);
  }
  return out;
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
  many: FloatFunctionName | null = null,
): (self: Tensor) => Tensor {
  return (self) => {
    if (bounds !== null) requireKernel(bounds, self.dtype);
    if (isComplex(self.dtype)) return mapComplex(self, complex, bounds);
    if (many !== null && self.dtype === float32) return mapFloat(self, number, bounds, many);
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
export function mapFloat(
  self: Tensor,
  number: Unary,
  bounds: Limits | null = null,
  many: FloatFunctionName | null = null,
): Tensor {
  const dtype = floatType(self.dtype);
  if (bounds !== null) requireKernel(bounds, dtype);
  if (isComplex(dtype)) throw noComplex(bounds, dtype);
  const x = convert(rowMajor(self), self.dtype, dtype) as NumberData;
  // What was read in another order or dtype is a copy, which the result can take the place of.
  const isCopy = self.dtype !== dtype || self.conj || !self.isContiguous;
  const out = isCopy ? fromData(x, self.shape, dtype) : emptyTensor(self.shape, dtype, false);
  const data = out.storage.data as NumberData;
  if (many !== null && dtype === float32 && isResident(x) && isResident(data)) {
    applyFunction(many, x.length, data.byteOffset, x.byteOffset);
    return out;
  }
  for (let i = 0; i < x.length; i++) data[i] = number(x[i]!);
  return out;
}

/** Rounds an intermediate result to the precision that PyTorch computes it in. */
export type Round = (value: number) => number;

/** What each step of a formula is rounded to where it is computed in the operands' own type. */
export const roundIn = (dtype: DType): Round =>
  dtype === bfloat16 ? toBfloat16 : dtype === float64 || dtype === complex128 ? (value) => value : Math.fround;

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
