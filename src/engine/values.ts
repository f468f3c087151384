import type { DType } from './dtype.ts';
import type { Tensor } from './tensor.ts';

/** A Python number: float, int, bool. */
export type Scalar = number | bigint | boolean;

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
export type Arg = Tensor | Scalar | string | null | DType | Slice | typeof ELLIPSIS | readonly Arg[];

/** What an op answers with. */
export type Result = Tensor | Scalar | string | null | readonly Result[];
