/** Kernels of activations and losses: floating only, and rounded after each operation as float32 arithmetic is. */
import { type DType, float16, float32, float64, isFloating } from '../../dtype.ts';
import { runtimeError } from '../../errors.ts';
import { resultTypeOf } from '../../promote.ts';
import type { NumberData } from '../../strided.ts';
import { emptyTensor, type Tensor } from '../../tensor.ts';
import { isResident } from '../../wasm/memory.ts';
import { aligned, type Binary, type Unary } from '../pointwise.ts';

/** Rounds an intermediate result to the precision that PyTorch computes it in. */
export type Round = (value: number) => number;

/** Half types are computed in float32 and rounded at the end. */
export const roundOf = (dtype: DType): Round => (dtype === float64 ? (value) => value : Math.fround);

/** PyTorch's kernel of this name does not take every dtype. */
export function refuseDType(kernel: string, dtype: DType): never {
  throw runtimeError(`"${kernel}" not implemented for '${dtype.scalar}'`);
}

/** float32, float64 and bfloat16: what PyTorch's CPU kernels of this family are written for. */
export function requireFloating(kernel: string, dtype: DType): void {
  if (!isFloating(dtype) || dtype === float16) refuseDType(kernel, dtype);
}

/** `make(round)` of each element. `kernel`: PyTorch's name for its loop, as its errors say it. `many`: what WebAssembly has for float32. */
export function eachFloat(
  kernel: string,
  self: Tensor,
  make: (round: Round) => Unary,
  many: ((count: number, out: number, x: number) => void) | null = null,
): Tensor {
  requireFloating(kernel, self.dtype);
  const number = make(roundOf(self.dtype));
  const { shape, data } = aligned([self], self.dtype);
  const out = emptyTensor(shape, self.dtype, false);
  const x = data[0] as NumberData;
  const to = out.storage.data as NumberData;
  if (many !== null && self.dtype === float32 && isResident(x) && isResident(to)) {
    many(to.length, to.byteOffset, x.byteOffset);
    return out;
  }
  for (let i = 0; i < to.length; i++) to[i] = number(x[i]!);
  return out;
}

/** `make(round)` of each pair of elements that meet. `halves`: PyTorch's loop takes float16 too. */
export function pairFloat(
  kernel: string,
  a: Tensor,
  b: Tensor,
  make: (round: Round) => Binary,
  halves: boolean = false,
  many: ((count: number, out: number, x: number, y: number) => void) | null = null,
): Tensor {
  const dtype = resultTypeOf([a, b]);
  if (!(halves && dtype === float16)) requireFloating(kernel, dtype);
  const number = make(roundOf(dtype));
  const { shape, data } = aligned([a, b], dtype);
  const out = emptyTensor(shape, dtype, false);
  const [x, y] = data as [NumberData, NumberData];
  const to = out.storage.data as NumberData;
  if (many !== null && dtype === float32 && isResident(x) && isResident(y) && isResident(to)) {
    many(to.length, to.byteOffset, x.byteOffset, y.byteOffset);
    return out;
  }
  for (let i = 0; i < to.length; i++) to[i] = number(x[i]!, y[i]!);
  return out;
}

/** `make(round)` of each three elements that meet. */
export function tripleFloat(
  kernel: string,
  tensors: readonly [Tensor, Tensor, Tensor],
  make: (round: Round) => (x: number, y: number, z: number) => number,
  halves: boolean = false,
): Tensor {
  const dtype = resultTypeOf(tensors);
  if (!(halves && dtype === float16)) requireFloating(kernel, dtype);
  const number = make(roundOf(dtype));
  const { shape, data } = aligned(tensors, dtype);
  const out = emptyTensor(shape, dtype);
  const [x, y, z] = data as [NumberData, NumberData, NumberData];
  const to = out.storage.data as NumberData;
  for (let i = 0; i < to.length; i++) to[i] = number(x[i]!, y[i]!, z[i]!);
  return out;
}
