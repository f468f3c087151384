/** Which dtypes a kernel is written for. PyTorch names the kernel where it refuses one. */
import { type DType, type DTypeName, isComplex } from '../dtype.ts';
import { type EngineError, runtimeError } from '../errors.ts';

/** The kinds of dtypes that kernels tell apart. */
export type Kind = 'bool' | 'int' | 'half' | 'bfloat16' | 'float' | 'complex';

const KINDS: Readonly<Record<DTypeName, Kind>> = {
  bool: 'bool',
  uint8: 'int',
  int8: 'int',
  int16: 'int',
  int32: 'int',
  int64: 'int',
  float16: 'half',
  bfloat16: 'bfloat16',
  float32: 'float',
  float64: 'float',
  complex32: 'complex',
  complex64: 'complex',
  complex128: 'complex',
};

/** What a kernel refuses: `"sin_vml_cpu" not implemented for 'Half'`. */
export interface Limits {
  readonly kernel: string;
  readonly lacks: readonly Kind[];
}

export const limits = (kernel: string, ...lacks: readonly Kind[]): Limits => ({ kernel, lacks });

/** Everything but integers and bools is refused. */
export const integral = (kernel: string, ...more: readonly Kind[]): Limits =>
  limits(kernel, 'half', 'bfloat16', 'float', 'complex', ...more);

/** A kernel that there is none of for this dtype. */
export const noKernel = (kernel: string, dtype: DType): EngineError =>
  runtimeError(`"${kernel}" not implemented for '${dtype.scalar}'`);

/** Raises RuntimeError where the kernel has no code for the dtype. */
export function requireKernel({ kernel, lacks }: Limits, dtype: DType): void {
  if (lacks.includes(KINDS[dtype.name])) throw noKernel(kernel, dtype);
}

/** Raises RuntimeError with the op's own sentence where the dtype is complex. */
export function refuseComplex(dtype: DType, sentence: string): void {
  if (isComplex(dtype)) throw runtimeError(sentence);
}
