import { bool, complex128, type DType, float64, int64 } from './dtype.ts';
import type { Generator } from './random.ts';
import { Storage } from './storage.ts';
import { Tensor } from './tensor.ts';

/** A Python complex. */
export class Complex {
  readonly re: number;
  readonly im: number;

  constructor(re: number, im: number) {
    this.re = re;
    this.im = im;
  }
}

/** A Python number without the complex ones: float, int, bool. */
export type RealScalar = number | bigint | boolean;

/** A Python number: float, int, bool, complex. */
export type Scalar = RealScalar | Complex;

/** One entry of `x[...]` that is not itself an argument: `1:3`. */
export class Slice {
  readonly start: number | null;
  readonly stop: number | null;
  readonly step: number | null;

  constructor(start: number | null, stop: number | null, step: number | null) {
    this.start = start;
    this.stop = stop;
    this.step = step;
  }
}

/** `...` in `x[..., 0]`. */
export const ELLIPSIS = Symbol('Ellipsis');

/** What an op can be given. A Python float is a number, an int a bigint, a bool a boolean, a torch.dtype a DType, None null. */
export type Arg = Tensor | Scalar | string | null | DType | Generator | Slice | typeof ELLIPSIS | readonly Arg[];

/** What an op answers with. */
export type Result = Tensor | Scalar | string | null | readonly Result[];

/** A 0-d tensor that stands for a Python number: float64, int64, bool or complex128, and weak in type promotion. */
export function wrapNumber(value: Scalar): Tensor {
  const tensor =
    typeof value === 'number'
      ? new Tensor(new Storage(new Float64Array([value])), [], [], 0, float64)
      : typeof value === 'bigint'
        ? new Tensor(new Storage(new BigInt64Array([value])), [], [], 0, int64)
        : typeof value === 'boolean'
          ? new Tensor(new Storage(new Uint8Array([value ? 1 : 0])), [], [], 0, bool)
          : new Tensor(new Storage(new Float64Array([value.re, value.im])), [], [], 0, complex128);
  tensor.isWrappedNumber = true;
  return tensor;
}

/** The number as a double; of a complex one the real part. */
export const toNumber = (value: Scalar): number => (value instanceof Complex ? value.re : Number(value));
