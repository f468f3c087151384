/** The three transforms that are nodes: complex to complex, real to complex, complex to real. */
import { complex128, complexType, type DType, float16, float64, realType } from '../../dtype.ts';
import { runtimeError } from '../../errors.ts';
import { transform } from '../../fourier/transform.ts';
import { declare, define } from '../../registry.ts';
import { numel, type Shape } from '../../shape.ts';
import { gather, type NumberData } from '../../strided.ts';
import { emptyTensor, type Tensor } from '../../tensor.ts';
import { mul } from '../arithmetic.ts';
import { real } from '../complex.ts';
import { constantPad } from '../padding.ts';

/** `normalization`: 0 none, 1 by √n, 2 by n. */
export const c2c = declare('_fft_c2c(Tensor self, int[] dim, int normalization, bool forward) -> Tensor');
export const r2c = declare('_fft_r2c(Tensor self, int[] dim, int normalization, bool onesided) -> Tensor');
export const c2r = declare('_fft_c2r(Tensor self, int[] dim, int normalization, int last_dim_size) -> Tensor');

const internal = { namespace: null, method: false } as const;

/** Elements of a tensor in row-major order, real and imaginary parts apart. */
interface Split {
  readonly re: Float64Array;
  readonly im: Float64Array;
  readonly shape: Shape;
}

function split(self: Tensor): Split {
  const data = gather(self, self.shape) as NumberData;
  const count = self.numel;
  const { lanes } = self.dtype;
  const [re, im] = [new Float64Array(count), new Float64Array(count)];
  for (let i = 0; i < count; i++) {
    re[i] = data[i * lanes]!;
    if (lanes === 2) im[i] = data[2 * i + 1]!;
  }
  return { re, im, shape: self.shape };
}

/** Transforms along one dimension, in place. */
function along({ re, im, shape }: Split, dim: number, forward: boolean): void {
  const n = shape[dim]!;
  const inner = numel(shape.slice(dim + 1));
  const [lineR, lineI] = [new Float64Array(n), new Float64Array(n)];
  for (let start = 0; start < re.length; start += n * inner) {
    for (let i = start; i < start + inner; i++) {
      for (let k = 0; k < n; k++) {
        lineR[k] = re[i + k * inner]!;
        lineI[k] = im[i + k * inner]!;
      }
      transform(lineR, lineI, forward);
      for (let k = 0; k < n; k++) {
        re[i + k * inner] = lineR[k]!;
        im[i + k * inner] = lineI[k]!;
      }
    }
  }
}

/** What a result is multiplied by; n is how many points it was summed over. */
function scaleFor(normalization: number, n: number): number {
  return normalization === 0 ? 1 : 1 / (normalization === 1 ? Math.sqrt(n) : n);
}

function joined({ re, im, shape }: Split, dtype: DType, scale: number): Tensor {
  const out = emptyTensor(shape, dtype);
  const data = out.storage.data as NumberData;
  const { lanes } = dtype;
  for (let i = 0; i < out.numel; i++) {
    data[i * lanes] = re[i]! * scale;
    if (lanes === 2) data[2 * i + 1] = im[i]! * scale;
  }
  return out;
}

/** The first `size` entries along a dimension; beyond what there is, those of a signal whose transform is Hermitian. */
function resized(
  from: Split,
  dim: number,
  size: number,
  at: (k: number) => number,
  mirror: (k: number) => boolean,
): Split {
  const shape = from.shape.with(dim, size);
  const count = numel(shape);
  const out = { re: new Float64Array(count), im: new Float64Array(count), shape };
  const inner = numel(shape.slice(dim + 1));
  const own = from.shape[dim]!;
  for (let i = 0; i < count; i++) {
    const k = Math.floor(i / inner) % size;
    const outer = Math.floor(i / (inner * size));
    const source = (outer * own + at(k)) * inner + (i % inner);
    out.re[i] = from.re[source]!;
    out.im[i] = mirror(k) ? -from.im[source]! : from.im[source]!;
  }
  return out;
}

/** There is no transform in half precision on the CPU. `wide`: the dtype that PyTorch's message names. */
function refuseHalf(dtype: DType, wide: DType): void {
  if (realType(dtype) !== float16) return;
  throw runtimeError(`expected scalar type ${wide.scalar} but found ${dtype.scalar}`);
}

define(c2c, {
  variants: internal,
  node: 'FftC2CBackward0',
  kernel: (self, dim, normalization, forward) => {
    refuseHalf(self.dtype, complex128);
    const parts = split(self);
    for (const d of dim) along(parts, d, forward);
    return joined(parts, self.dtype, scaleFor(normalization, numel(dim.map((d) => self.shape[d]!))));
  },
  gradients: {
    self: {
      formula: '∂L/∂self = the opposite transform of upstream',
      rule: (g, { dim, normalization, forward }) => c2c(g, dim, normalization, !forward),
    },
  },
});

define(r2c, {
  variants: internal,
  node: 'FftR2CBackward0',
  kernel: (self, dim, normalization, onesided) => {
    let parts = split(self);
    for (const d of dim) along(parts, d, true);
    const last = dim.at(-1)!;
    const half = Math.floor(self.shape[last]! / 2) + 1;
    if (onesided)
      parts = resized(
        parts,
        last,
        half,
        (k) => k,
        () => false,
      );
    return joined(parts, complexType(self.dtype), scaleFor(normalization, numel(dim.map((d) => self.shape[d]!))));
  },
  gradients: {
    self: {
      formula: '∂L/∂self = the real part of the opposite transform of upstream',
      rule: (g, s) => {
        const { dim, normalization, onesided } = s;
        const last = dim.at(-1)!;
        const missing = onesided ? s.shapeOf()[last]! - g.shape[last]! : 0;
        const whole = missing > 0 ? constantPad(g, padAfter(g, last, missing), 0n) : g;
        return real(c2c(whole, dim, normalization, false));
      },
    },
  },
});

/** As `constant_pad_nd` wants it: so many elements after one dimension. */
export function padAfter(tensor: Tensor, dim: number, count: number): number[] {
  const pad = new Array<number>(2 * (tensor.rank - dim)).fill(0);
  pad[pad.length - 1] = count;
  return pad;
}

define(c2r, {
  variants: internal,
  node: 'FftC2RBackward0',
  kernel: (self, dim, normalization, size) => {
    refuseHalf(realType(self.dtype), float64);
    let parts = split(self);
    for (const d of dim.slice(0, -1)) along(parts, d, false);
    const last = dim.at(-1)!;
    const half = Math.floor(size / 2);
    parts = resized(
      parts,
      last,
      size,
      (k) => (k > half ? size - k : k),
      (k) => k > half,
    );
    along(parts, last, false);
    const points = numel(dim.slice(0, -1).map((d) => self.shape[d]!)) * size;
    return joined(parts, realType(self.dtype), scaleFor(normalization, points));
  },
  gradients: {
    self: {
      formula: '∂L/∂self = the one-sided transform of upstream, what stands for two doubled',
      rule: (g, { dim, normalization }) => {
        const half = r2c(g, dim, normalization, true);
        const last = dim.at(-1)!;
        return mul(half, doubled(half, last, g.shape[last]! - half.shape[last]!));
      },
    },
  },
});

/** Twos along a dimension from 1 to `count`, ones elsewhere. */
function doubled(like: Tensor, dim: number, count: number): Tensor {
  const out = emptyTensor([like.shape[dim]!, ...new Array<number>(like.rank - 1 - dim).fill(1)], realType(like.dtype));
  for (let i = 0; i < out.numel; i++) out.storage.data[i] = i >= 1 && i <= count ? 2 : 1;
  return out;
}
