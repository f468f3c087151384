/** Powers: of tensors, of numbers, by tensors, by numbers. */
import { complex128, type DType, float64, int64, isComplex, isFloating } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { resultType } from '../promote.ts';
import { declare, define } from '../registry.ts';
import { broadcastShapes } from '../shape.ts';
import * as complex from '../special/complex.ts';
import { broadcastTo, gather, type NumberData } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import { Complex, type Scalar, toNumber, wrapNumber } from '../values.ts';
import { mul, sub, times } from './arithmetic.ts';
import { cast } from './cast.ts';
import { where } from './choice.ts';
import { eq, ge, logicalAnd } from './comparison.ts';
import { conj, imag, real } from './complex.ts';
import { detach } from './conversion.ts';
import { log } from './exponential.ts';
import { limits, requireKernel } from './limits.ts';
import { fromData } from './pointwise.ts';
import { zerosLike } from './raw.ts';

export const pow = declare('pow.Tensor_Scalar(Tensor self, Scalar exponent) -> Tensor');
export const powTensor = declare('pow.Tensor_Tensor(Tensor self, Tensor exponent) -> Tensor');
export const powScalar = declare('pow.Scalar(Scalar self, Tensor exponent) -> Tensor');
const rpow = declare('__rpow__(Tensor self, Tensor other) -> Tensor');
export const square = declare('square(Tensor self) -> Tensor');
const floatPower = declare('float_power.Tensor_Scalar(Tensor self, Scalar exponent) -> Tensor');
const floatPowerTensor = declare('float_power.Tensor_Tensor(Tensor self, Tensor exponent) -> Tensor');
const floatPowerScalar = declare('float_power.Scalar(Scalar self, Tensor exponent) -> Tensor');

define(square, {
  variants: { inplace: true },
  composite: true,
  checkInplace: (self) => requireOwn(self, 2n),
  kernel: (self) => pow(self, 2n),
});

/** The in-place form with a number converts nothing. */
function requireOwn(self: Tensor, exponent: Scalar): void {
  const dtype = resultType(self, wrapNumber(exponent));
  if (dtype === self.dtype) return;
  throw runtimeError(`Found dtype ${self.dtype.scalar} but expected ${dtype.scalar}`);
}

const POWER = { inplace: true, operators: ['__pow__', '__ipow__'] } as const;

define(powTensor, {
  variants: POWER,
  node: 'PowBackward1',
  kernel: (self, exponent) => power(self, exponent),
  gradients: {
    self: {
      formula: '∂L/∂self = upstream · exponent · self^(exponent − 1)',
      saves: ['self', 'exponent'],
      rule: (g, { self, exponent }) =>
        where(eq(exponent, 0n), zerosLike(g), mul(g, conj(mul(exponent, powTensor(self, sub(exponent, 1n)))))),
    },
    exponent: {
      formula: '∂L/∂exponent = upstream · result · ln(self)',
      saves: ['self', 'exponent', 'result'],
      rule: (g, { self, exponent, result }) =>
        mul(g, where(logicalAnd(eq(self, 0n), notNegative(exponent)), zerosLike(g), conj(mul(result, log(self))))),
    },
  },
});

define(powScalar, {
  variants: { method: false },
  node: 'PowBackward2',
  kernel: (self, exponent) => power(wrapNumber(self), exponent),
  gradients: {
    exponent: {
      formula: '∂L/∂exponent = upstream · result · ln(self)',
      saves: ['exponent', 'result'],
      rule: (g, { self, exponent, result }) => {
        const slope = conj(mul(result, logOf(self)));
        return mul(g, toNumber(self) === 0 ? where(notNegative(exponent), zerosLike(g), slope) : slope);
      },
    },
  },
});

define(pow, {
  variants: POWER,
  checkInplace: requireOwn,
  kernel: (self, exponent) => power(self, wrapNumber(exponent)),
  gradients: {
    self: {
      formula: '∂L/∂self = upstream · exponent · self^(exponent − 1)',
      saves: ['self'],
      rule: (g, { self, exponent }) => {
        if (!(exponent instanceof Complex) && Number(exponent) === 0) return zerosLike(g);
        const factor = typeof exponent === 'boolean' ? BigInt(exponent) : exponent;
        return mul(g, conj(mul(pow(self, lessOne(exponent)), factor)));
      },
    },
  },
});

function lessOne(exponent: Scalar): Scalar {
  if (exponent instanceof Complex) return new Complex(exponent.re - 1, exponent.im);
  return typeof exponent === 'number' ? exponent - 1 : BigInt(exponent) - 1n;
}

function logOf(base: Scalar): Scalar {
  if (!(base instanceof Complex)) return Math.log(Number(base));
  complex.log(base.re, base.im);
  return new Complex(complex.z.re, complex.z.im);
}

/** Where 0 to the exponent has a value: the exponent is real and not below 0. */
const notNegative = (exponent: Tensor): Tensor =>
  isComplex(exponent.dtype) ? logicalAnd(eq(imag(exponent), 0n), ge(real(exponent), 0n)) : ge(exponent, 0n);

/** As Python's operator of PyTorch does it: the base becomes a tensor without history. */
define(rpow, {
  variants: { namespace: null, numbers: true },
  composite: true,
  kernel: (self, other) => powTensor(cast(detach(other), resultType(other, self)), self),
});

/** An int to a negative int has no int for an answer. */
function power(self: Tensor, exponent: Tensor): Tensor {
  const dtype = resultType(self, exponent);
  requireKernel(limits('pow', 'bool'), dtype);
  if (exponent.isWrappedNumber && self.dtype === dtype && isFloating(dtype)) {
    const simple = simplePower(self, Number(exponent.storage.data[0]));
    if (simple !== null) return simple;
  }
  const shape = broadcastShapes(self.shape, exponent.shape);
  const x = broadcastTo(self, shape, dtype);
  const y = broadcastTo(exponent, shape, dtype);
  if (dtype.category < 2 && exponent.isWrappedNumber && Number(y[0] ?? 0) < 0) {
    throw runtimeError('Integers to negative integer powers are not allowed.');
  }
  const out = emptyTensor(shape, dtype);
  raise(out.storage.data as NumberData, x as NumberData, y as NumberData, dtype, exponent.isWrappedNumber);
  return out;
}

/** What need not be raised element by element. */
function simplePower(self: Tensor, exponent: number): Tensor | null {
  if (exponent === 2) return times(self, self);
  return exponent === 1 ? fromData(gather(self, self.shape), self.shape, self.dtype) : null;
}

/** `simple`: the exponent is a number, for which roots and products stand in. */
function raise(out: NumberData, x: NumberData, y: NumberData, dtype: DType, simple: boolean): void {
  if (dtype.category < 2) raiseInts(out, x, y, dtype);
  else if (!isComplex(dtype)) for (let i = 0; i < out.length; i++) out[i] = realPower(x[i]!, y[i]!);
  else {
    const round = dtype === complex128 ? (value: number): number => value : Math.fround;
    for (let i = 0; i < out.length; i += 2) {
      const raiseOne = simple ? complexPower : complex.power;
      raiseOne(x[i]!, x[i + 1]!, y[i]!, y[i + 1]!, round);
      out[i] = complex.z.re;
      out[i + 1] = complex.z.im;
    }
  }
}

/** Ints wrap around, so that narrow ones come of wide ones. */
function raiseInts(out: NumberData, x: NumberData, y: NumberData, dtype: DType): void {
  for (let i = 0; i < out.length; i++) {
    const value = bigPower(BigInt(x[i]!), BigInt(y[i]!));
    if (dtype === int64) (out as unknown as BigInt64Array)[i] = value;
    else out[i] = Number(BigInt.asIntN(32, value));
  }
}

/** C's pow: unlike JavaScript's, 1 to anything and -1 to an infinity are 1. */
const realPower = (x: number, y: number): number => {
  if (y === 2) return x * x;
  return x === 1 || (x === -1 && Math.abs(y) === Number.POSITIVE_INFINITY) ? 1 : x ** y;
};

/** Small real exponents are roots and products, which are exact where exp(y ln x) is not, and have a value at 0. */
function complexPower(a: number, b: number, c: number, d: number, round: (value: number) => number): void {
  if (d !== 0) complex.power(a, b, c, d, round);
  else if (c === 0) complex.exp(0, 0);
  else if (c === 1) complex.multiply(a, b, 1, 0);
  else if (c === 2) complex.multiply(a, b, a, b);
  else if (c === 0.5) complex.sqrt(a, b);
  else if (c === -1) complex.reciprocal(a, b);
  else complex.power(a, b, c, d, round);
}

function bigPower(x: bigint, y: bigint): bigint {
  if (y >= 0n) return BigInt.asIntN(64, wrappingPower(x, y));
  if (x === 1n) return 1n;
  return x === -1n ? (y % 2n === 0n ? 1n : -1n) : 0n;
}

/** By squaring, modulo 2⁶⁴: the number itself may be too long for any memory. */
function wrappingPower(x: bigint, y: bigint): bigint {
  let [result, base] = [1n, x];
  for (let rest = y; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = BigInt.asIntN(64, result * base);
    base = BigInt.asIntN(64, base * base);
  }
  return result;
}

const wide = (...operands: readonly (Tensor | Scalar)[]): DType =>
  operands.some((one) => one instanceof Complex || (typeof one === 'object' && 'dtype' in one && isComplex(one.dtype)))
    ? complex128
    : float64;

/** The number in the precision in which `float_power` computes. */
const widened = (value: Scalar): Scalar => (value instanceof Complex ? value : Number(value));

define(floatPowerTensor, {
  variants: { inplace: true },
  checkInplace: requireWide,
  composite: true,
  kernel: (self, exponent) => {
    const dtype = wide(self, exponent);
    return powTensor(cast(self, dtype), cast(exponent, dtype));
  },
});

define(floatPowerScalar, {
  variants: { method: false },
  composite: true,
  kernel: (self, exponent) => powScalar(widened(self), cast(exponent, wide(self, exponent))),
});

/** The in-place form converts nothing. */
function requireWide(self: Tensor, exponent: Tensor | Scalar): void {
  const dtype = wide(self, exponent);
  if (self.dtype === dtype) return;
  throw runtimeError(
    `the base given to float_power_ has dtype ${self.dtype.scalar} but the operation's result requires dtype ${dtype.scalar}`,
  );
}

define(floatPower, {
  variants: { inplace: true },
  checkInplace: requireWide,
  composite: true,
  kernel: (self, exponent) => pow(cast(self, wide(self, exponent)), widened(exponent)),
});
