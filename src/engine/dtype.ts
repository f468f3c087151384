/** What a storage's elements lie in. */
export type Data = Float32Array | Float64Array | BigInt64Array | Int32Array | Int16Array | Int8Array | Uint8Array;

export type DTypeName = 'float32' | 'float64' | 'int64' | 'int32' | 'int16' | 'int8' | 'uint8' | 'bool';

/** Bool < integral < floating: a higher category wins a promotion whatever its size. */
export type Category = 0 | 1 | 2;

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
  allocate(length: number): Data;
}

function dtype(
  name: DTypeName,
  scalar: string,
  bytes: number,
  category: Category,
  rank: number,
  make: (n: number) => Data,
): DType {
  return { name, scalar, tensorType: `torch.${scalar}Tensor`, bytes, category, rank, allocate: make };
}

export const bool = dtype('bool', 'Bool', 1, 0, 0, (n) => new Uint8Array(n));
export const uint8 = dtype('uint8', 'Byte', 1, 1, 1, (n) => new Uint8Array(n));
export const int8 = dtype('int8', 'Char', 1, 1, 2, (n) => new Int8Array(n));
export const int16 = dtype('int16', 'Short', 2, 1, 3, (n) => new Int16Array(n));
export const int32 = dtype('int32', 'Int', 4, 1, 4, (n) => new Int32Array(n));
export const int64 = dtype('int64', 'Long', 8, 1, 5, (n) => new BigInt64Array(n));
export const float32 = dtype('float32', 'Float', 4, 2, 6, (n) => new Float32Array(n));
export const float64 = dtype('float64', 'Double', 8, 2, 7, (n) => new Float64Array(n));

export const dtypes: Readonly<Record<DTypeName, DType>> = { bool, uint8, int8, int16, int32, int64, float32, float64 };

export const isFloating = (type: DType): boolean => type.category === 2;

/** The smallest dtype that holds both (PyTorch's `promote_types`). uint8 with int8 is the one pair whose result is neither. */
export function promoteTypes(a: DType, b: DType): DType {
  if (a === b) return a;
  if ((a === uint8 && b === int8) || (a === int8 && b === uint8)) return int16;
  return a.rank > b.rank ? a : b;
}
