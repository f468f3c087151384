import { roundToBfloat16, roundToHalf } from './narrow.ts';
import { LEAST, take } from './wasm/memory.ts';

/** What a storage's elements lie in. Half types lie in float32 that is rounded after each op; complex ones as re, im side by side. */
export type Data = Float32Array | Float64Array | BigInt64Array | Int32Array | Int16Array | Int8Array | Uint8Array;

export type DTypeName =
  | 'bool'
  | 'uint8'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'float16'
  | 'bfloat16'
  | 'float32'
  | 'float64'
  | 'complex32'
  | 'complex64'
  | 'complex128';

/** Bool < integral < floating < complex: a higher category wins a promotion whatever its size. */
export type Category = 0 | 1 | 2 | 3;

export interface DType {
  readonly name: DTypeName;
  /** C++'s name, as in "expected scalar type Float but found Double". */
  readonly scalar: string;
  /** The legacy class, as in `torch.FloatTensor`. */
  readonly tensorType: string;
  readonly bytes: number;
  readonly category: Category;
  /** Position in the promotion table. */
  readonly rank: number;
  /** Numbers per element: 2 of a complex type. */
  readonly lanes: 1 | 2;
  /** Rounds what an op wrote in more precision than the type has, in place; null where the memory itself rounds. */
  readonly narrow: ((data: Data) => void) | null;
  /** Zeroed memory for `length` elements; with `zeroed` false, for one who writes all of it, it may hold anything. */
  allocate(length: number, zeroed?: boolean): Data;
}

interface Elements {
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): Data;
  new (buffer: ArrayBufferLike, at: number, length: number): Data;
}

/** Large ones lie where WebAssembly sees them, as long as there is room. */
const allocator =
  (Elements: Elements, lanes: 1 | 2) =>
  (length: number, zeroed = true): Data => {
    const count = length * lanes;
    const bytes = count * Elements.BYTES_PER_ELEMENT;
    if (bytes < LEAST) return new Elements(count);
    const block = take(bytes, zeroed);
    return block === null ? new Elements(count) : new Elements(block.buffer, block.at, count);
  };

function dtype(
  name: DTypeName,
  scalar: string,
  bytes: number,
  category: Category,
  rank: number,
  elements: Elements,
): DType {
  const tensorType = `torch.${scalar}Tensor`;
  const allocate = allocator(elements, category === 3 ? 2 : 1);
  return { name, scalar, tensorType, bytes, category, rank, lanes: category === 3 ? 2 : 1, narrow: null, allocate };
}

export const bool = dtype('bool', 'Bool', 1, 0, 0, Uint8Array);
export const uint8 = dtype('uint8', 'Byte', 1, 1, 1, Uint8Array);
export const int8 = dtype('int8', 'Char', 1, 1, 2, Int8Array);
export const int16 = dtype('int16', 'Short', 2, 1, 3, Int16Array);
export const int32 = dtype('int32', 'Int', 4, 1, 4, Int32Array);
export const int64 = dtype('int64', 'Long', 8, 1, 5, BigInt64Array);
export const float16: DType = {
  ...dtype('float16', 'Half', 2, 2, 6, Float32Array),
  narrow: (data) => roundToHalf(data as Float32Array),
};
export const bfloat16: DType = {
  ...dtype('bfloat16', 'BFloat16', 2, 2, 7, Float32Array),
  narrow: (data) => roundToBfloat16(data as Float32Array),
};
export const float32 = dtype('float32', 'Float', 4, 2, 8, Float32Array);
export const float64 = dtype('float64', 'Double', 8, 2, 9, Float64Array);
export const complex32: DType = {
  ...dtype('complex32', 'ComplexHalf', 4, 3, 10, Float32Array),
  narrow: (data) => roundToHalf(data as Float32Array),
};
export const complex64 = dtype('complex64', 'ComplexFloat', 8, 3, 11, Float32Array);
export const complex128 = dtype('complex128', 'ComplexDouble', 16, 3, 12, Float64Array);

export const dtypes: Readonly<Record<DTypeName, DType>> = {
  bool,
  uint8,
  int8,
  int16,
  int32,
  int64,
  float16,
  bfloat16,
  float32,
  float64,
  complex32,
  complex64,
  complex128,
};

const CPP_NAMES: Readonly<Record<DTypeName, string>> = {
  bool: 'bool',
  uint8: 'unsigned char',
  int8: 'signed char',
  int16: 'short int',
  int32: 'int',
  int64: 'long int',
  float16: 'c10::Half',
  bfloat16: 'c10::BFloat16',
  float32: 'float',
  float64: 'double',
  complex32: 'c10::complex<c10::Half>',
  complex64: 'c10::complex<float>',
  complex128: 'c10::complex<double>',
};

/** C++'s own name of the type, as some messages have it: "Expected out tensor to have dtype long int". */
export const cppName = (type: DType): string => CPP_NAMES[type.name];

export const isFloating = (type: DType): boolean => type.category === 2;
export const isComplex = (type: DType): boolean => type.category === 3;
/** What can require grad: floating and complex. */
export const isDifferentiable = (type: DType): boolean => type.category >= 2;
export const isIntegral = (type: DType, withBool: boolean): boolean =>
  type.category === 1 || (withBool && type.category === 0);

/** The dtype of the real and the imaginary part; the type itself where it is real. */
export const realType = (type: DType): DType =>
  type === complex64 ? float32 : type === complex128 ? float64 : type === complex32 ? float16 : type;

/** The complex dtype whose parts are of the type (PyTorch: `toComplexType`). */
export const complexType = (type: DType): DType => {
  if (type === float64 || type === complex128) return complex128;
  return type === float16 || type === complex32 ? complex32 : complex64;
};

/** The smallest dtype that holds both (PyTorch's `promote_types`). Some pairs meet in a third one. */
export function promoteTypes(a: DType, b: DType): DType {
  if (a === b) return a;
  const [low, high] = a.rank < b.rank ? [a, b] : [b, a];
  if (low === uint8 && high === int8) return int16;
  if (low === float16 && high === bfloat16) return float32;
  if (high === complex32 && (low === float32 || low === bfloat16)) return complex64;
  if (low === float64 && isComplex(high)) return complex128;
  return high;
}

/** Rounds a number to a floating dtype. */
export function rounding(dtype: DType): (value: number) => number {
  if (dtype === float64) return (value) => value;
  const { narrow } = dtype;
  if (narrow === null) return Math.fround;
  const cell = new Float32Array(1);
  return (value) => {
    cell[0] = value;
    narrow(cell);
    return cell[0]!;
  };
}

/** How some messages print the type of a tensor: these dtypes are younger than `torch.FloatTensor` and its like. */
export function typeText({ scalar, tensorType }: DType): string {
  return ['Bool', 'BFloat16', 'ComplexFloat', 'ComplexDouble'].includes(scalar) ? `CPU${scalar}Type` : tensorType;
}
