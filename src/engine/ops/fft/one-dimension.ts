/** Fourier transforms along one dimension. */
import { isComplex } from '../../dtype.ts';
import { runtimeError } from '../../errors.ts';
import { declare, define } from '../../registry.ts';
import { wrapDim } from '../../shape.ts';
import type { Tensor } from '../../tensor.ts';
import { conjugate } from '../conjugate.ts';
import { asComplex, asFloating, normalizationOf, resize } from './arguments.ts';
import { c2c, c2r, r2c } from './primitives.ts';

const fft = declare('fft_fft(Tensor self, int? n=None, int dim=-1, str? norm=None) -> Tensor');
const ifft = declare('fft_ifft(Tensor self, int? n=None, int dim=-1, str? norm=None) -> Tensor');
const rfft = declare('fft_rfft(Tensor self, int? n=None, int dim=-1, str? norm=None) -> Tensor');
const irfft = declare('fft_irfft(Tensor self, int? n=None, int dim=-1, str? norm=None) -> Tensor');
const hfft = declare('fft_hfft(Tensor self, int? n=None, int dim=-1, str? norm=None) -> Tensor');
const ihfft = declare('fft_ihfft(Tensor self, int? n=None, int dim=-1, str? norm=None) -> Tensor');

const composite = { variants: { namespace: 'fft', method: false }, composite: true } as const;

function checkPoints(count: number): void {
  if (count < 1) throw runtimeError(`Invalid number of data points (${count}) specified`);
}

function twoSided(self: Tensor, n: number | null, dim: number, norm: string | null, forward: boolean): Tensor {
  const input = asFloating(self);
  const at = wrapDim(dim, self.rank);
  checkPoints(n ?? self.shape[at] ?? 0);
  const sized = n === null ? input : resize(input, [at], [n]);
  const normalization = normalizationOf(norm, forward);
  if (isComplex(input.dtype)) return c2c(sized, [at], normalization, forward);
  return forward ? r2c(sized, [at], normalization, false) : conjugate(r2c(sized, [at], normalization, false));
}

define(fft, { ...composite, kernel: (self, n, dim, norm) => twoSided(self, n, dim, norm, true) });
define(ifft, { ...composite, kernel: (self, n, dim, norm) => twoSided(self, n, dim, norm, false) });

function oneSided(self: Tensor, n: number | null, dim: number, norm: string | null, name: 'rfft' | 'ihfft'): Tensor {
  if (isComplex(self.dtype)) throw runtimeError(`${name} expects a real input tensor, but got ${self.dtype.scalar}`);
  const input = asFloating(self);
  const at = wrapDim(dim, self.rank);
  checkPoints(n ?? self.shape[at] ?? 0);
  const sized = n === null ? input : resize(input, [at], [n]);
  const result = r2c(sized, [at], normalizationOf(norm, name === 'rfft'), true);
  return name === 'rfft' ? result : conjugate(result);
}

define(rfft, { ...composite, kernel: (self, n, dim, norm) => oneSided(self, n, dim, norm, 'rfft') });
define(ihfft, { ...composite, kernel: (self, n, dim, norm) => oneSided(self, n, dim, norm, 'ihfft') });

function toReal(self: Tensor, n: number | null, dim: number, norm: string | null, forward: boolean): Tensor {
  const input = asComplex(self);
  const at = wrapDim(dim, self.rank);
  const size = n ?? 2 * ((self.shape[at] ?? 1) - 1);
  checkPoints(size);
  const sized = n === null ? input : resize(input, [at], [Math.floor(n / 2) + 1]);
  return c2r(forward ? conjugate(sized) : sized, [at], normalizationOf(norm, forward), size);
}

define(irfft, { ...composite, kernel: (self, n, dim, norm) => toReal(self, n, dim, norm, false) });
define(hfft, { ...composite, kernel: (self, n, dim, norm) => toReal(self, n, dim, norm, true) });
