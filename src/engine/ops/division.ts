/** Division that rounds, and what it leaves: `//`, `%`, fmod. */
import { type DType, float64 } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { resultType } from '../promote.ts';
import { alias, declare, define } from '../registry.ts';
import type { Tensor } from '../tensor.ts';
import { wrapNumber } from '../values.ts';
import { div, mulReversed, neg } from './arithmetic.ts';
import { conj } from './complex.ts';
import { type Limits, limits } from './limits.ts';
import { type Binary, type BinaryBig, binary } from './pointwise.ts';
import { zerosLike } from './raw.ts';
import { underived } from './underived.ts';

const divMode = declare('div.Tensor_mode(Tensor self, Tensor other, *, str? rounding_mode) -> Tensor');
const floorDivide = declare('floor_divide(Tensor self, Tensor other) -> Tensor');
const remainder = declare('remainder.Tensor(Tensor self, Tensor other) -> Tensor');
const remainderScalar = declare('remainder.Scalar(Tensor self, Scalar other) -> Tensor');
const remainderOf = declare('remainder.Scalar_Tensor(Scalar self, Tensor other) -> Tensor');
const fmod = declare('fmod.Tensor(Tensor self, Tensor other) -> Tensor');
const fmodScalar = declare('fmod.Scalar(Tensor self, Scalar other) -> Tensor');
const rfloordiv = declare('__rfloordiv__(Tensor self, Tensor other) -> Tensor');
const rmod = declare('__rmod__(Tensor self, Tensor other) -> Tensor');

type Kernel = (self: Tensor, other: Tensor) => Tensor;

/** A kernel of floats and of ints, where an int divided by 0 is an error. */
function dividing(number: Binary, int: Binary, big: BinaryBig, bounds: Limits): Kernel {
  const floats = binary('common', number, big, null, null, bounds);
  const checked: Binary = (x, y) => int(x, notZero(y));
  const ints = binary('common', checked, (x, y) => big(x, notZero(y)), null, null, bounds);
  return (self, other) => (resultType(self, other).category < 2 ? ints : floats)(self, other);
}

function notZero<T extends number | bigint>(divisor: T): T {
  if (Number(divisor) === 0) throw runtimeError('ZeroDivisionError');
  return divisor;
}

/** The sign of the rest is the divisor's (Python's `%`). */
function pythonRest(x: number, y: number): number {
  const rest = x % y;
  return rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest;
}

function bigRest(x: bigint, y: bigint): bigint {
  const rest = x % y;
  return rest !== 0n && rest < 0n !== y < 0n ? rest + y : rest;
}

/** ⌊x / y⌋ from the exact rest, as Python's own float division goes: the rounded quotient may lie on the wrong side of an integer. */
function floorQuotient(x: number, y: number): number {
  if (y === 0) return x / y;
  const rest = x % y;
  let quotient = (x - rest) / y;
  if (rest !== 0 && rest < 0 !== y < 0) quotient -= 1;
  if (quotient === 0) return x / y < 0 || Object.is(x / y, -0) ? -0 : 0;
  const low = Math.floor(quotient);
  return quotient - low > 0.5 ? low + 1 : low;
}

const floorKernel = dividing(
  floorQuotient,
  (x, y) => Math.floor(x / y),
  (x, y) => (x - bigRest(x, y)) / y,
  limits('div_floor_cpu', 'bool', 'complex'),
);

/** The quotient is rounded in the operands' precision before it is cut. */
const truncKernels = [Math.fround, (x: number) => x].map((single) =>
  dividing(
    (x, y) => Math.trunc(single(x / y)),
    (x, y) => Math.trunc(x / y),
    (x, y) => x / y,
    limits('div_trunc_cpu', 'bool', 'complex'),
  ),
);
const truncKernel: Kernel = (self, other) => truncKernels[isDouble(resultType(self, other)) ? 1 : 0]!(self, other);
const isDouble = (dtype: DType): boolean => dtype === float64;

const remainderKernel = dividing(pythonRest, pythonRest, bigRest, limits('remainder_cpu', 'bool', 'complex'));
const fmodKernel = dividing(
  (x, y) => x % y,
  (x, y) => x % y,
  (x, y) => x % y,
  limits('fmod_cpu', 'bool', 'complex'),
);

function quotient(self: Tensor, other: Tensor, mode: string | null): Tensor {
  if (mode === 'floor') return floorKernel(self, other);
  if (mode === 'trunc') return truncKernel(self, other);
  if (mode === null) return div.def!.kernel(self, other) as Tensor;
  throw runtimeError(`div expected rounding_mode to be one of None, 'trunc', or 'floor' but found '${mode}'`);
}

define(divMode, {
  variants: { inplace: true, numbers: true },
  node: 'DivBackward2',
  kernel: quotient,
  gradients: {
    self: {
      formula: '∂L/∂self = 0; upstream / other without rounding',
      saves: ['other'],
      rule: (g, { other, rounding_mode }) => (rounding_mode === null ? div(g, conj(other)) : zerosLike(g)),
    },
    other: {
      formula: '∂L/∂other = 0; −upstream · self / other² without rounding',
      saves: ['self', 'other'],
      rule: (g, { self, other, rounding_mode }) =>
        rounding_mode === null ? mulReversed(conj(div(div(self, other), other)), neg(g)) : zerosLike(g),
    },
  },
});

define(floorDivide, {
  variants: { inplace: true, numbers: true, operators: ['__floordiv__', '__ifloordiv__'] },
  node: 'NotImplemented',
  kernel: floorKernel,
  gradients: { self: underived('aten::floor_divide'), other: underived('aten::floor_divide') },
});

define(rfloordiv, {
  variants: { namespace: null, numbers: true },
  composite: true,
  kernel: (self, other) => floorDivide(other, self),
});

/** Of a number by a tensor. */
function defineRemainderOf(): void {
  define(remainderOf, {
    variants: { method: false, out: false },
    node: 'NotImplemented',
    kernel: (self, other) => remainderKernel(wrapNumber(self), other),
    gradients: { other: underived('aten::remainder') },
  });
}

/** self − q · other, where q is the quotient rounded as `mode` says: its derivative by other is −q. */
function rest(op: typeof remainder, scalar: typeof remainderScalar, kernel: Kernel, mode: 'floor' | 'trunc'): void {
  const isRemainder = mode === 'floor';
  const operators = (...names: readonly string[]): readonly string[] => (isRemainder ? names : []);
  const through = { formula: '∂L/∂self = upstream', rule: (g: Tensor) => g };
  define(op, {
    variants: { inplace: true, operators: operators('__mod__', '__imod__') },
    node: isRemainder ? 'RemainderBackward1' : 'FmodBackward1',
    kernel,
    gradients: {
      self: through,
      other: {
        formula: `∂L/∂other = −upstream · ${isRemainder ? 'floor' : 'trunc'}(self / other)`,
        saves: ['self', 'other'],
        rule: (g, { self, other }) => mulReversed(divMode(self, other, mode), neg(g)),
      },
    },
  });
  if (isRemainder) defineRemainderOf();
  define(scalar, {
    variants: { inplace: true, operators: operators('__mod__', '__imod__') },
    kernel: (self, other) => kernel(self, wrapNumber(other)),
    gradients: { self: through },
  });
}
rest(remainder, remainderScalar, remainderKernel, 'floor');
rest(fmod as never, fmodScalar as never, fmodKernel, 'trunc');

define(rmod, {
  variants: { namespace: null, numbers: true },
  composite: true,
  kernel: (self, other) => (other.isWrappedNumber ? remainderOf(numberOf(other), self) : remainder(other, self)),
});

const numberOf = (wrapped: Tensor): number | bigint | boolean => {
  const value = wrapped.storage.data[0]!;
  return wrapped.dtype.category === 0 ? value !== 0 : value;
};

alias(divMode, 'divide');
