/** What the transforms of `torch.fft` do to their arguments. */
import { bfloat16, complexType, type DType, float16, isComplex } from '../../dtype.ts';
import { runtimeError } from '../../errors.ts';
import { floatType } from '../../promote.ts';
import { wrapDim } from '../../shape.ts';
import type { Tensor } from '../../tensor.ts';
import { cast } from '../cast.ts';
import { slice } from '../movement.ts';
import { constantPad } from '../padding.ts';

function refuseHalf(dtype: DType): void {
  if (dtype === float16 || dtype === bfloat16) throw runtimeError(`Unsupported dtype ${dtype.scalar}`);
}

/** Ints become floats of the default dtype. */
export function asFloating(self: Tensor): Tensor {
  refuseHalf(self.dtype);
  return cast(self, floatType(self.dtype));
}

export function asComplex(self: Tensor): Tensor {
  refuseHalf(self.dtype);
  return isComplex(self.dtype) ? self : cast(self, complexType(floatType(self.dtype)));
}

/** Cuts or pads with zeros at the end of each dimension; −1 keeps a size. */
export function resize(self: Tensor, dims: readonly number[], sizes: readonly number[]): Tensor {
  let sliced = self;
  const pad = new Array<number>(2 * self.rank).fill(0);
  dims.forEach((d, i) => {
    const [own, wanted] = [self.shape[d]!, sizes[i]!];
    if (wanted === -1) return;
    if (own > wanted) sliced = slice(sliced, d, 0, wanted);
    else if (own < wanted) pad[2 * (self.rank - 1 - d) + 1] = wanted - own;
  });
  return pad.some((count) => count > 0) ? constantPad(sliced, pad, 0n) : sliced;
}

/** 0 none, 1 by √n, 2 by n: `backward`, the default, scales the inverse transforms only. */
export function normalizationOf(norm: string | null, forward: boolean): number {
  if (norm === null || norm === 'backward') return forward ? 0 : 2;
  if (norm === 'forward') return forward ? 2 : 0;
  if (norm === 'ortho') return 1;
  throw runtimeError(`Invalid normalization mode: "${norm}"`);
}

export interface Extent {
  readonly dims: number[];
  readonly sizes: number[];
}

/** Which dimensions are transformed, and to what sizes. */
export function extentOf(self: Tensor, s: readonly number[] | null, dim: readonly number[] | null): Extent {
  const { rank } = self;
  if (dim !== null) {
    const dims = dim.map((d) => wrapDim(d, rank));
    if (new Set(dims).size !== dims.length) throw runtimeError('FFT dims must be unique');
    if (s !== null && s.length !== dim.length) {
      throw runtimeError('When given, dim and shape arguments must have the same length');
    }
    return checked({ dims, sizes: dims.map((d, i) => sizeOr(s?.[i], self.shape[d]!)) });
  }
  if (s === null) return checked({ dims: self.shape.map((_, i) => i), sizes: [...self.shape] });
  if (s.length > rank) {
    throw runtimeError(`Got shape with ${s.length} values but input tensor only has ${rank} dimensions.`);
  }
  const dims = s.map((_, i) => rank - s.length + i);
  return checked({ dims, sizes: dims.map((d, i) => sizeOr(s[i], self.shape[d]!)) });
}

const sizeOr = (size: number | undefined, own: number): number => (size === undefined || size === -1 ? own : size);

function checked(extent: Extent): Extent {
  const bad = extent.sizes.find((size) => size < 1);
  if (bad !== undefined) throw runtimeError(`Invalid number of data points (${bad}) specified`);
  return extent;
}
