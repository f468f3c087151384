/** Size, sign and angle. */
import { bool, type DType, float64, isComplex, isFloating, realType } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { floatType } from '../promote.ts';
import { alias, declare, define } from '../registry.ts';
import { type NumberData, rowMajor } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import { Complex } from '../values.ts';
import { div, mul, sub } from './arithmetic.ts';
import { where } from './choice.ts';
import { eq } from './comparison.ts';
import { conj, real } from './complex.ts';
import { limits, refuseComplex } from './limits.ts';
import { unary, z } from './pointwise.ts';
import { zerosLike } from './raw.ts';

export const abs = declare('abs(Tensor self) -> Tensor');
export const sign = declare('sign(Tensor self) -> Tensor');
export const sgn = declare('sgn(Tensor self) -> Tensor');
export const angle = declare('angle(Tensor self) -> Tensor');
const signbit = declare('signbit(Tensor self) -> Tensor');

/** A real number of each complex element. */
function mapParts(self: Tensor, dtype: DType, number: (re: number, im: number) => number): Tensor {
  const x = rowMajor(self) as NumberData;
  const out = emptyTensor(self.shape, dtype);
  const data = out.storage.data as NumberData;
  for (let i = 0; i < data.length; i++) data[i] = number(x[2 * i]!, x[2 * i + 1]!);
  return out;
}

const absReal = unary(Math.abs, (x) => (x < 0n ? -x : x), null, limits('abs_cpu', 'bool'));

define(abs, {
  variants: { inplace: true, operators: ['__abs__'] },
  checkInplace: (self) => refuseComplex(self.dtype, 'In-place abs is not supported for complex tensors.'),
  out: {
    check: (out, result, [self]) => {
      if (out.dtype !== result.dtype && !isComplex((self as Tensor).dtype)) {
        throw runtimeError(`Found dtype ${out.dtype.scalar} but expected ${result.dtype.scalar}`);
      }
      return undefined;
    },
  },
  kernel: (self) =>
    isComplex(self.dtype) ? mapParts(self, realType(self.dtype), (re, im) => Math.hypot(re, im)) : absReal(self),
  gradients: {
    self: { formula: '∂L/∂self = upstream · sign(self)', saves: ['self'], rule: (g, { self }) => mul(g, sgn(self)) },
  },
});

const signReal = unary(
  (x) => (x > 0 ? 1 : x < 0 ? -1 : 0),
  (x) => (x > 0n ? 1n : x < 0n ? -1n : 0n),
  (re, im) => {
    const size = Math.hypot(re, im);
    z.re = size === 0 ? 0 : re / size;
    z.im = size === 0 ? 0 : im / size;
  },
);

define(sign, {
  variants: { inplace: true },
  kernel: (self) => {
    const advice = 'Unlike NumPy, torch.sign is not intended to support complex numbers. Please use torch.sgn instead.';
    refuseComplex(self.dtype, advice);
    return signReal(self);
  },
  gradients: { self: { formula: '∂L/∂self = 0', rule: (g) => zerosLike(g) } },
});

define(sgn, {
  variants: { inplace: true },
  kernel: signReal,
  gradients: {
    self: {
      formula: '∂L/∂self = (upstream − result · Re(conj(result) · upstream)) / |self|; 0 of a real self',
      saves: ['self', 'result'],
      rule: (g, { self, result }) => (isComplex(self.dtype) ? sgnBackward(g, self, result) : zerosLike(g)),
    },
  },
});

function sgnBackward(g: Tensor, self: Tensor, result: Tensor): Tensor {
  const size = abs(self);
  const across = sub(g, mul(real(mul(conj(result), g)), result));
  return where(eq(size, 0n), zerosLike(g), div(across, size));
}

define(angle, {
  kernel: (self) => {
    if (isComplex(self.dtype)) return mapParts(self, realType(self.dtype), (re, im) => Math.atan2(im, re));
    const out = emptyTensor(self.shape, floatType(self.dtype));
    const x = rowMajor(self);
    const pi = out.dtype === float64 ? Math.PI : Math.fround(Math.PI);
    for (let i = 0; i < x.length; i++) {
      const value = Number(x[i]);
      out.storage.data[i] = value < 0 ? pi : Number.isNaN(value) ? value : 0;
    }
    return out;
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream · i · self / |self|²; 0 of a real self',
      saves: ['self'],
      rule: (g, { self }) => (isComplex(self.dtype) ? angleBackward(g, self) : zerosLike(g)),
    },
  },
});

function angleBackward(g: Tensor, self: Tensor): Tensor {
  const size = abs(self);
  const slope = mul(div(self, mul(size, size)), new Complex(0, 1));
  return mul(g, where(eq(size, 0n), zerosLike(self), slope));
}

define(signbit, {
  kernel: (self) => {
    refuseComplex(self.dtype, 'signbit is not implemented for complex tensors.');
    const out = emptyTensor(self.shape, bool);
    const x = rowMajor(self);
    const negative = isFloating(self.dtype)
      ? (value: number) => value < 0 || Object.is(value, -0)
      : (value: number) => value < 0;
    for (let i = 0; i < x.length; i++) out.storage.data[i] = negative(Number(x[i])) ? 1 : 0;
    return out;
  },
});

alias(abs, 'absolute');
