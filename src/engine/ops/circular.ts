/** Circular and hyperbolic functions and their inverses. */
import { quietly } from '../context.ts';
import { isComplex } from '../dtype.ts';
import { alias, declare, define } from '../registry.ts';
import * as complex from '../special/complex.ts';
import type { Tensor } from '../tensor.ts';
import { wrapNumber } from '../values.ts';
import { add, div, mul, neg, sub } from './arithmetic.ts';
import { where } from './choice.ts';
import { eq } from './comparison.ts';
import { conj } from './complex.ts';
import { rsqrt } from './exponential.ts';
import { byResult, bySelf, type Floats, floats } from './floats.ts';
import { arithmetic } from './loops.ts';
import { combineAlike, type Round, type Unary } from './pointwise.ts';
import { pow } from './powers.ts';
import { zerosLike } from './raw.ts';

export const sin = declare('sin(Tensor self) -> Tensor');
export const cos = declare('cos(Tensor self) -> Tensor');
export const tan = declare('tan(Tensor self) -> Tensor');
export const asin = declare('asin(Tensor self) -> Tensor');
export const acos = declare('acos(Tensor self) -> Tensor');
export const atan = declare('atan(Tensor self) -> Tensor');
export const sinh = declare('sinh(Tensor self) -> Tensor');
export const cosh = declare('cosh(Tensor self) -> Tensor');
export const tanh = declare('tanh(Tensor self) -> Tensor');
export const asinh = declare('asinh(Tensor self) -> Tensor');
export const acosh = declare('acosh(Tensor self) -> Tensor');
export const atanh = declare('atanh(Tensor self) -> Tensor');
export const sinc = declare('sinc(Tensor self) -> Tensor');
const deg2rad = declare('deg2rad(Tensor self) -> Tensor');
const rad2deg = declare('rad2deg(Tensor self) -> Tensor');

const tanhBackward = declare('tanh_backward(Tensor grad_output, Tensor output) -> Tensor');

const { fround } = Math;
const one = (): Tensor => wrapNumber(1n);
/** left / right, computed from the right as PyTorch's compiler does. */
const divReversed = (right: Tensor, left: Tensor): Tensor => div(left, right);
const squared = (x: Tensor): Tensor => mul(x, x);

floats(sin, {
  number: Math.sin,
  complex: complex.sin,
  kernel: 'sin_vml_cpu',
  gradient: bySelf('upstream · cos(self)', (g, x) => mul(g, cos(x))),
});
floats(cos, {
  number: Math.cos,
  complex: complex.cos,
  kernel: 'cos_vml_cpu',
  gradient: bySelf('−upstream · sin(self)', (g, x) => mul(g, neg(sin(x)))),
});
floats(tan, {
  number: Math.tan,
  complex: complex.tan,
  kernel: 'tan_vml_cpu',
  gradient: byResult('upstream · (1 + result²)', (g, y) => mul(g, add(pow(y, 2n), 1n))),
});
floats(asin, {
  number: Math.asin,
  complex: complex.asin,
  kernel: 'asin_vml_cpu',
  gradient: bySelf('upstream / √(1 − self²)', (g, x) => mul(g, rsqrt(add(mul(neg(x), x), 1n)))),
});
floats(acos, {
  number: Math.acos,
  complex: complex.acos,
  kernel: 'acos_vml_cpu',
  gradient: bySelf('−upstream / √(1 − self²)', (g, x) => mul(g, neg(rsqrt(add(mul(neg(x), x), 1n))))),
});
floats(atan, {
  number: Math.atan,
  complex: complex.atan,
  kernel: 'atan_vml_cpu',
  gradient: bySelf('upstream / (self² + 1)', (g, x) => div(g, add(squared(x), 1n))),
});
floats(sinh, {
  number: Math.sinh,
  complex: complex.sinh,
  kernel: 'sinh_cpu',
  gradient: bySelf('upstream · cosh(self)', (g, x) => mul(g, cosh(x))),
});
floats(cosh, {
  number: Math.cosh,
  complex: complex.cosh,
  kernel: 'cosh_cpu',
  gradient: bySelf('upstream · sinh(self)', (g, x) => mul(g, sinh(x))),
});
floats(tanh, {
  number: Math.tanh,
  many: 'tanh',
  complex: complex.tanh,
  kernel: 'tanh_vml_cpu',
  gradient: {
    formula: '∂L/∂self = upstream · (1 − result²)',
    saves: ['result'],
    rule: (g, { result }) => tanhBackward(g, result),
  },
});
/** Each step is rounded, as it is where several ops do it. */
const tanhSlope = arithmetic('tanhBackward', (n, out, o, x, i, dx, y, j, dy) => {
  for (const end = o + n; o < end; o++, i += dx, j += dy) out[o] = x[i]! * fround(1 - fround(y[j]! * y[j]!));
});

define(tanhBackward, {
  variants: { namespace: null, method: false },
  kernel: (upstream, output) =>
    combineAlike(tanhSlope, upstream, output) ?? quietly(() => mul(upstream, conj(sub(one(), squared(output))))),
  gradients: {
    grad_output: {
      formula: '∂L/∂grad_output = upstream · (1 − output²)',
      saves: ['output'],
      rule: (g, { output }) => tanhBackward(g, conj(output)),
    },
    output: {
      formula: '∂L/∂output = −2 · upstream · output · grad_output',
      saves: ['output', 'grad_output'],
      rule: (g, s) => mul(conj(g), mul(mul(conj(s.output), -2n), s.grad_output)),
    },
  },
});
floats(asinh, {
  number: Math.asinh,
  complex: complex.asinh,
  kernel: 'asinh_cpu',
  underivedInPlace: true,
  gradient: bySelf('upstream / √(self² + 1)', (g, x) => mul(g, rsqrt(add(pow(x, 2n), 1n)))),
});
floats(acosh, {
  number: Math.acosh,
  complex: complex.acosh,
  kernel: 'acosh_cpu',
  underivedInPlace: true,
  gradient: bySelf('upstream / √(self² − 1)', (g, x) => mul(g, acoshSlope(x))),
});
/** Of a complex number by two roots: the root of self² − 1 has its cut elsewhere. */
const acoshSlope = (x: Tensor): Tensor =>
  isComplex(x.dtype) ? mul(rsqrt(sub(x, 1n)), rsqrt(sub(x, -1n))) : rsqrt(sub(squared(x), 1n));

floats(atanh, {
  number: Math.atanh,
  complex: complex.atanh,
  kernel: 'atanh_cpu',
  underivedInPlace: true,
  gradient: bySelf('upstream / (1 − self²)', (g, x) => divReversed(sub(one(), pow(x, 2n)), mul(g, 1n))),
});

floats(sinc, {
  number: { rounded: sincOf },
  complex: { rounded: (round) => (re, im) => complex.sinc(round(round(Math.PI) * re), round(round(Math.PI) * im)) },
  kernel: 'sinc_cpu',
  gradient: bySelf('upstream · (π·self·cos(π·self) − sin(π·self)) / (π·self²), 0 at self = 0', sincBackward),
});

/** sin πx / πx, from the rounded πx. */
function sincOf(round: Round): Unary {
  const pi = round(Math.PI);
  return (x) => {
    const turn = round(pi * x);
    return x === 0 ? 1 : round(Math.sin(turn)) / turn;
  };
}

function sincBackward(g: Tensor, x: Tensor): Tensor {
  const turn = mul(x, Math.PI);
  const square = mul(squared(x), Math.PI);
  const height = sin(turn);
  const slope = div(sub(mul(turn, cos(turn)), height), square);
  return where(eq(x, 0n), zerosLike(g), mul(g, slope));
}

const HALF_TURN = 180 / Math.PI;

floats(deg2rad, {
  number: (x) => x / HALF_TURN,
  kernel: 'deg2rad',
  lacks: [],
  noComplex: 'deg2rad is not supported for complex tensors.',
  node: 'Deg2RadBackward0',
  gradient: { formula: '∂L/∂self = upstream · π/180', rule: (g) => mul(g, wrapNumber(1 / HALF_TURN)) },
});
floats(rad2deg, {
  number: (x) => x * HALF_TURN,
  kernel: 'rad2deg',
  lacks: [],
  noComplex: 'rad2deg is not supported for complex tensors.',
  node: 'Rad2DegBackward0',
  gradient: { formula: '∂L/∂self = upstream · 180/π', rule: (g) => mul(g, wrapNumber(HALF_TURN)) },
});

const inverses: readonly (readonly [Floats, string])[] = [
  [asin, 'arcsin'],
  [acos, 'arccos'],
  [atan, 'arctan'],
  [asinh, 'arcsinh'],
  [acosh, 'arccosh'],
  [atanh, 'arctanh'],
];
for (const [op, name] of inverses) alias(op, name);
alias(sinc, 'sinc', { namespace: 'special', method: false, inplace: false });
