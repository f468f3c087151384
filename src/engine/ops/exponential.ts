/** Powers, roots, exponentials, logarithms and circular functions. */
import { int64, isFloating } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { resultType } from '../promote.ts';
import { declare, define, type Gradient } from '../registry.ts';
import { broadcastShapes } from '../shape.ts';
import { broadcastTo, type NumberData } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import { Complex, type Scalar, toNumber, wrapNumber } from '../values.ts';
import { div, mul, neg, sub } from './arithmetic.ts';
import { where } from './choice.ts';
import { eq } from './comparison.ts';
import { conj } from './complex.ts';
import { type Unary, unary, unaryFloat } from './pointwise.ts';

export const exp = declare('exp(Tensor self) -> Tensor');
export const exp2 = declare('exp2(Tensor self) -> Tensor');
export const expm1 = declare('expm1(Tensor self) -> Tensor');
export const log = declare('log(Tensor self) -> Tensor');
export const log2 = declare('log2(Tensor self) -> Tensor');
export const log10 = declare('log10(Tensor self) -> Tensor');
export const log1p = declare('log1p(Tensor self) -> Tensor');
export const sqrt = declare('sqrt(Tensor self) -> Tensor');
export const rsqrt = declare('rsqrt(Tensor self) -> Tensor');
export const abs = declare('abs(Tensor self) -> Tensor');
export const sign = declare('sign(Tensor self) -> Tensor');
export const sin = declare('sin(Tensor self) -> Tensor');
export const cos = declare('cos(Tensor self) -> Tensor');
export const tan = declare('tan(Tensor self) -> Tensor');
export const atan = declare('atan(Tensor self) -> Tensor');
export const sinh = declare('sinh(Tensor self) -> Tensor');
export const cosh = declare('cosh(Tensor self) -> Tensor');
export const tanh = declare('tanh(Tensor self) -> Tensor');
export const sigmoid = declare('sigmoid(Tensor self) -> Tensor');
export const square = declare('square(Tensor self) -> Tensor');
export const floor = declare('floor(Tensor self) -> Tensor');
export const ceil = declare('ceil(Tensor self) -> Tensor');
export const round = declare('round(Tensor self) -> Tensor');
export const trunc = declare('trunc(Tensor self) -> Tensor');
export const pow = declare('pow.Tensor_Scalar(Tensor self, Scalar exponent) -> Tensor');
export const powTensor = declare('pow.Tensor_Tensor(Tensor self, Tensor exponent) -> Tensor');
export const powScalar = declare('pow.Scalar(Scalar self, Tensor exponent) -> Tensor');
const rpow = declare('__rpow__(Tensor self, Tensor other) -> Tensor');

import { zerosLike } from './raw.ts';

type Self = '(Tensor self) -> Tensor';
type Floats = ReturnType<typeof declare<`${string}(Tensor self) -> Tensor`>>;

/** An op of one operand whose result is floating. */
function floats(op: Floats, number: Unary, gradient: Gradient<`x${Self}`>, node?: string): void {
  define(op, {
    variants: { inplace: true },
    ...(node === undefined ? {} : { node }),
    kernel: unaryFloat(number) as never,
    gradients: { self: gradient } as never,
  });
}

floats(exp, Math.exp, {
  formula: '∂L/∂self = upstream · result',
  saves: ['result'],
  rule: (g, { result }) => mul(g, result),
});
floats(exp2, (x) => 2 ** x, {
  formula: '∂L/∂self = upstream · result · ln 2',
  saves: ['result'],
  rule: (g, { result }) => mul(mul(g, result), Math.LN2),
});
floats(expm1, Math.expm1, {
  formula: '∂L/∂self = upstream · (result + 1)',
  saves: ['result'],
  rule: (g, { result }) => mul(g, sub(result, -1n)),
});
floats(log, Math.log, {
  formula: '∂L/∂self = upstream / self',
  saves: ['self'],
  rule: (g, { self }) => div(g, self),
});
floats(log2, Math.log2, {
  formula: '∂L/∂self = upstream / (self · ln 2)',
  saves: ['self'],
  rule: (g, { self }) => div(g, mul(self, Math.LN2)),
});
floats(log10, Math.log10, {
  formula: '∂L/∂self = upstream / (self · ln 10)',
  saves: ['self'],
  rule: (g, { self }) => div(g, mul(self, Math.LN10)),
});
floats(
  log1p,
  Math.log1p,
  {
    formula: '∂L/∂self = upstream / (self + 1)',
    saves: ['self'],
    rule: (g, { self }) => div(g, sub(self, -1n)),
  },
  'Log1PBackward0',
);
floats(sqrt, Math.sqrt, {
  formula: '∂L/∂self = upstream / (2 · result)',
  saves: ['result'],
  rule: (g, { result }) => div(g, mul(result, 2n)),
});
floats(rsqrt, (x) => 1 / Math.sqrt(x), {
  formula: '∂L/∂self = −½ · upstream · result³',
  saves: ['result'],
  rule: (g, { result }) => mul(mul(g, -0.5), pow(result, 3n)),
});
floats(sin, Math.sin, {
  formula: '∂L/∂self = upstream · cos(self)',
  saves: ['self'],
  rule: (g, { self }) => mul(g, cos(self)),
});
floats(cos, Math.cos, {
  formula: '∂L/∂self = −upstream · sin(self)',
  saves: ['self'],
  rule: (g, { self }) => mul(g, neg(sin(self))),
});
floats(tan, Math.tan, {
  formula: '∂L/∂self = upstream · (1 + result²)',
  saves: ['result'],
  rule: (g, { result }) => mul(g, sub(pow(result, 2n), -1n)),
});
floats(atan, Math.atan, {
  formula: '∂L/∂self = upstream / (self² + 1)',
  saves: ['self'],
  rule: (g, { self }) => div(g, sub(mul(self, self), -1n)),
});
floats(sinh, Math.sinh, {
  formula: '∂L/∂self = upstream · cosh(self)',
  saves: ['self'],
  rule: (g, { self }) => mul(g, cosh(self)),
});
floats(cosh, Math.cosh, {
  formula: '∂L/∂self = upstream · sinh(self)',
  saves: ['self'],
  rule: (g, { self }) => mul(g, sinh(self)),
});
floats(tanh, Math.tanh, {
  formula: '∂L/∂self = upstream · (1 − result²)',
  saves: ['result'],
  rule: (g, { result }) => tanhBackward(g, result),
});
floats(sigmoid, (x) => 1 / (1 + Math.exp(-x)), {
  formula: '∂L/∂self = upstream · (1 − result) · result',
  saves: ['result'],
  rule: (g, { result }) => sigmoidBackward(g, result),
});

/** The factor as one op computes it; differentiable through its parts. */
const tanhBackward = (g: Tensor, result: Tensor): Tensor => mul(g, sub(wrapNumber(1n), mul(result, result)));
const sigmoidBackward = (g: Tensor, result: Tensor): Tensor => mul(mul(g, sub(wrapNumber(1n), result)), result);

define(abs, {
  variants: { inplace: true, operators: ['__abs__'] },
  kernel: unary(Math.abs, (x) => (x < 0n ? -x : x)),
  gradients: {
    self: { formula: '∂L/∂self = upstream · sign(self)', saves: ['self'], rule: (g, { self }) => mul(g, sign(self)) },
  },
});

const zeros = (g: Tensor): Tensor => zerosLike(g);
const flat = { formula: '∂L/∂self = 0', rule: (g: Tensor) => zeros(g) };

define(sign, {
  variants: { inplace: true },
  kernel: unary(
    (x) => (x > 0 ? 1 : x < 0 ? -1 : 0),
    (x) => (x > 0n ? 1n : x < 0n ? -1n : 0n),
  ),
  gradients: { self: flat },
});

const steps: readonly (readonly [Floats, Unary])[] = [
  [floor, Math.floor],
  [ceil, Math.ceil],
  [trunc, Math.trunc],
  [round, roundEven],
];
for (const [op, number] of steps) {
  define(op, {
    variants: { inplace: true },
    kernel: unary(number, (x) => x) as never,
    gradients: { self: flat } as never,
  });
}

/** Ties go to the even neighbour. */
function roundEven(x: number): number {
  const low = Math.floor(x);
  const rest = x - low;
  const near = rest < 0.5 || (rest === 0.5 && low % 2 === 0) ? low : low + 1;
  return near === 0 && x < 0 ? -0 : near;
}

define(square, { variants: { inplace: true }, composite: true, kernel: (self) => pow(self, 2n) });

const POWER = { inplace: true, numbers: true, operators: ['__pow__', '__ipow__'] } as const;

define(pow, {
  variants: POWER,
  kernel: (self, exponent) => power(self, wrapNumber(exponent)),
  gradients: {
    self: {
      formula: '∂L/∂self = upstream · exponent · self^(exponent − 1)',
      saves: ['self'],
      rule: (g, { self, exponent }) => {
        if (!(exponent instanceof Complex) && Number(exponent) === 0) return zeros(g);
        const less = lessOne(exponent);
        return mul(g, conj(mul(pow(self, less), typeof exponent === 'boolean' ? BigInt(exponent) : exponent)));
      },
    },
  },
});

function lessOne(exponent: Scalar): Scalar {
  if (exponent instanceof Complex) return new Complex(exponent.re - 1, exponent.im);
  return typeof exponent === 'number' ? exponent - 1 : BigInt(exponent) - 1n;
}

define(powScalar, {
  variants: { method: false },
  node: 'PowBackward2',
  kernel: (self, exponent) => power(wrapNumber(self), exponent),
  gradients: {
    exponent: {
      formula: '∂L/∂exponent = upstream · result · ln(self)',
      saves: ['result'],
      rule: (g, { self, result }) => mul(g, mul(result, Math.log(toNumber(self)))),
    },
  },
});

define(powTensor, {
  variants: { ...POWER, operators: ['__pow__', '__ipow__'] },
  node: 'PowBackward1',
  kernel: (self, exponent) => power(self, exponent),
  gradients: {
    self: {
      formula: '∂L/∂self = upstream · exponent · self^(exponent − 1)',
      saves: ['self', 'exponent'],
      rule: (g, { self, exponent }) =>
        where(eq(exponent, 0), zeros(g), mul(g, mul(exponent, powTensor(self, sub(exponent, 1n))))),
    },
    exponent: {
      formula: '∂L/∂exponent = upstream · result · ln(self)',
      saves: ['self', 'exponent', 'result'],
      rule: (g, { self, result }) => mul(g, where(eq(self, 0), zeros(self), mul(result, log(self)))),
    },
  },
});

define(rpow, {
  variants: { namespace: null, numbers: true },
  composite: true,
  kernel: (self, other) => powTensor(other, self),
});

/** An int to a negative int has no int for an answer. */
function power(self: Tensor, exponent: Tensor): Tensor {
  const dtype = resultType(self, exponent);
  const shape = broadcastShapes(self.shape, exponent.shape);
  const x = broadcastTo(self, shape, dtype);
  const y = broadcastTo(exponent, shape, dtype);
  const out = emptyTensor(shape, dtype);
  if (!isFloating(dtype) && exponent.isWrappedNumber && Number(y[0] ?? 0) < 0) {
    throw runtimeError('Integers to negative integer powers are not allowed.');
  }
  if (dtype === int64) {
    const target = out.storage.data as BigInt64Array;
    for (let i = 0; i < target.length; i++) target[i] = bigPower((x as BigInt64Array)[i]!, (y as BigInt64Array)[i]!);
    return out;
  }
  const target = out.storage.data as NumberData;
  for (let i = 0; i < target.length; i++) target[i] = realPower(Number(x[i]), Number(y[i]));
  return out;
}

/** C's pow: unlike JavaScript's, 1 to anything and -1 to an infinity are 1. */
const realPower = (x: number, y: number): number => {
  if (y === 2) return x * x;
  return x === 1 || (x === -1 && Math.abs(y) === Number.POSITIVE_INFINITY) ? 1 : x ** y;
};

function bigPower(x: bigint, y: bigint): bigint {
  if (y >= 0n) return BigInt.asIntN(64, x ** y);
  if (x === 1n) return 1n;
  return x === -1n ? (y % 2n === 0n ? 1n : -1n) : 0n;
}
