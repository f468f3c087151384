/** Fourier transforms along several dimensions, frequencies, and shifts of them. */
import { isComplex, isFloating } from '../../dtype.ts';
import { runtimeError } from '../../errors.ts';
import { declare, define } from '../../registry.ts';
import type { Tensor } from '../../tensor.ts';
import { conjPhysical } from '../complex.ts';
import { conjugate } from '../conjugate.ts';
import { reducedDims } from '../reduction.ts';
import { roll } from '../repetition.ts';
import { asComplex, asFloating, type Extent, extentOf, normalizationOf, resize } from './arguments.ts';
import { c2c, c2r, r2c } from './primitives.ts';

const composite = { variants: { namespace: 'fft', method: false }, composite: true } as const;

type Dims = readonly number[] | null;
type Kernel = (self: Tensor, s: Dims, dim: Dims, norm: string | null) => Tensor;

/** An op with its twin for two dimensions. */
function family(name: string, kernel: Kernel): void {
  const many = declare(
    `fft_${name}n(Tensor self, int[1]? s=None, int[1]? dim=None, str? norm=None) -> Tensor` as 'fft_fftn(Tensor self, int[1]? s=None, int[1]? dim=None, str? norm=None) -> Tensor',
  );
  const two = declare(
    `fft_${name}2(Tensor self, int[1]? s=None, int[1] dim=[-2,-1], str? norm=None) -> Tensor` as 'fft_fft2(Tensor self, int[1]? s=None, int[1] dim=[-2,-1], str? norm=None) -> Tensor',
  );
  define(many, { ...composite, kernel });
  define(two, { ...composite, kernel });
}

const complexToComplex =
  (forward: boolean): Kernel =>
  (self, s, dim, norm) => {
    const input = asComplex(self);
    const { dims, sizes } = extentOf(self, s, dim);
    return c2c(resize(input, dims, sizes), dims, normalizationOf(norm, forward), forward);
  };

family('fft', complexToComplex(true));
family('ifft', complexToComplex(false));

function someExtent(self: Tensor, s: Dims, dim: Dims, name: string): Extent {
  const extent = extentOf(self, s, dim);
  if (extent.dims.length === 0) throw runtimeError(`${name} must transform at least one axis`);
  return extent;
}

family('rfft', (self, s, dim, norm) => {
  if (isComplex(self.dtype)) {
    throw runtimeError(`rfftn expects a real-valued input tensor, but got ${self.dtype.scalar}`);
  }
  const input = asFloating(self);
  const { dims, sizes } = someExtent(self, s, dim, 'rfftn');
  return r2c(resize(input, dims, sizes), dims, normalizationOf(norm, true), true);
});

/** What a transform to real numbers is given: the last dimension has half the points. */
function realExtent(self: Tensor, s: Dims, dim: Dims, name: string): Extent & { last: number } {
  const given = extentsToReal(self, s, dim);
  if (given.dims.length === 0) throw runtimeError(`${name} must transform at least one axis`);
  const last = given.sizes.at(-1)!;
  return { dims: given.dims, sizes: [...given.sizes.slice(0, -1), Math.floor(last / 2) + 1], last };
}

/** The same as `extentOf`, but what is not said of the last dimension is twice its size less one. */
function extentsToReal(self: Tensor, s: Dims, dim: Dims): Extent {
  const { dims, sizes } = extentOf(self, s, dim);
  if (dims.length === 0) return { dims, sizes };
  const said = s !== null && s.at(-1) !== -1;
  const last = said ? sizes.at(-1)! : 2 * (self.shape[dims.at(-1)!]! - 1);
  if (last < 1) throw runtimeError(`Invalid number of data points (${last}) specified`);
  return { dims, sizes: [...sizes.slice(0, -1), last] };
}

family('irfft', (self, s, dim, norm) => {
  const input = asComplex(self);
  const { dims, sizes, last } = realExtent(self, s, dim, 'irfftn');
  return c2r(resize(input, dims, sizes), dims, normalizationOf(norm, false), last);
});

family('hfft', (self, s, dim, norm) => {
  const input = asComplex(self);
  const { dims, sizes, last } = realExtent(self, s, dim, 'hfftn');
  const normalization = normalizationOf(norm, true);
  const sized = resize(input, dims, sizes);
  const rest = dims.slice(0, -1);
  const inner = rest.length === 0 ? sized : c2c(sized, rest, normalization, true);
  return c2r(conjugate(inner), dims.slice(-1), normalization, last);
});

family('ihfft', (self, s, dim, norm) => {
  const input = asFloating(self);
  if (!isFloating(input.dtype)) {
    throw runtimeError(
      'Expected self.is_floating_point() to be true, but got false.  (Could this error message be improved?  If so, please report an enhancement request to PyTorch.)',
    );
  }
  const { dims, sizes } = someExtent(self, s, dim, 'ihfftn');
  const normalization = normalizationOf(norm, false);
  const half = r2c(resize(input, dims, sizes), dims.slice(-1), normalization, true);
  const rest = dims.slice(0, -1);
  return rest.length === 0 ? conjugate(half) : c2c(conjPhysical(half), rest, normalization, false);
});

function shifted(name: string, by: (size: number) => number): void {
  const op = declare(
    `fft_${name}(Tensor self, int[1]? dim=None) -> Tensor` as 'fft_fftshift(Tensor self, int[1]? dim=None) -> Tensor',
  );
  define(op, {
    ...composite,
    kernel: (self, dim) => {
      const dims = dim === null ? reducedDims(null, self.rank) : [...dim];
      const shifts = dims.map((d) => by(self.shape.at(d)!));
      return roll(self, shifts, dims);
    },
  });
}
shifted('fftshift', (size) => Math.floor(size / 2));
shifted('ifftshift', (size) => Math.floor((size + 1) / 2));
