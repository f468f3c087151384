/** Exponentials, logarithms and roots. */
import { quietly } from '../context.ts';
import { alias, declare, define } from '../registry.ts';
import * as complex from '../special/complex.ts';
import { wrapNumber } from '../values.ts';
import { add, div, mul, mulReversed, sub } from './arithmetic.ts';
import { conj } from './complex.ts';
import { byResult, bySelf, type Floats, floats } from './floats.ts';
import { arithmetic } from './loops.ts';
import { combineAlike } from './pointwise.ts';
import { pow } from './powers.ts';

export { tanh } from './circular.ts';
export { pow } from './powers.ts';
export { abs, sign } from './signs.ts';

const { fround } = Math;

export const exp = declare('exp(Tensor self) -> Tensor');
export const exp2 = declare('exp2(Tensor self) -> Tensor');
export const expm1 = declare('expm1(Tensor self) -> Tensor');
export const log = declare('log(Tensor self) -> Tensor');
export const log2 = declare('log2(Tensor self) -> Tensor');
export const log10 = declare('log10(Tensor self) -> Tensor');
export const log1p = declare('log1p(Tensor self) -> Tensor');
export const sqrt = declare('sqrt(Tensor self) -> Tensor');
export const rsqrt = declare('rsqrt(Tensor self) -> Tensor');
export const sigmoid = declare('sigmoid(Tensor self) -> Tensor');
const sigmoidBackward = declare('sigmoid_backward(Tensor grad_output, Tensor output) -> Tensor');

floats(exp, {
  number: Math.exp,
  many: 'exp',
  complex: complex.exp,
  kernel: 'exp_vml_cpu',
  gradient: byResult('upstream · result', (g, y) => mul(g, y)),
});
floats(exp2, {
  number: (x) => 2 ** x,
  kernel: 'exp2',
  lacks: [],
  gradient: byResult('upstream · result · ln 2', (g, y) => mul(mul(g, y), Math.LN2)),
});
floats(expm1, {
  number: Math.expm1,
  kernel: 'expm1_vml_cpu',
  gradient: byResult('upstream · (result + 1)', (g, y) => mul(g, add(y, 1n))),
});
floats(log, {
  number: Math.log,
  complex: complex.log,
  kernel: 'log_vml_cpu',
  gradient: bySelf('upstream / self', (g, x) => div(g, x)),
});
floats(log2, {
  number: Math.log2,
  complex: complex.log2,
  kernel: 'log2_vml_cpu',
  gradient: bySelf('upstream / (self · ln 2)', (g, x) => div(g, mul(x, Math.LN2))),
});
floats(log10, {
  number: Math.log10,
  complex: complex.log10,
  kernel: 'log10_vml_cpu',
  gradient: bySelf('upstream / (self · ln 10)', (g, x) => div(g, mul(x, Math.LN10))),
});
floats(log1p, {
  number: Math.log1p,
  kernel: 'log1p_vml_cpu',
  node: 'Log1PBackward0',
  gradient: bySelf('upstream / (self + 1)', (g, x) => div(g, add(x, 1n))),
});
floats(sqrt, {
  number: Math.sqrt,
  many: 'sqrt',
  complex: complex.sqrt,
  kernel: 'sqrt_vml_cpu',
  gradient: byResult('upstream / (2 · result)', (g, y) => div(g, mul(y, 2n))),
});
floats(rsqrt, {
  number: (x) => 1 / Math.sqrt(x),
  complex: complex.rsqrt,
  kernel: 'rsqrt_cpu',
  gradient: byResult('−½ · upstream · result³', (g, y) => mulReversed(pow(y, 3n), mul(g, -0.5))),
});
floats(sigmoid, {
  number: (x) => 1 / (1 + Math.exp(-x)),
  many: 'sigmoid',
  complex: complex.sigmoid,
  kernel: 'sigmoid_cpu',
  gradient: {
    formula: '∂L/∂self = upstream · (1 − result) · result',
    saves: ['result'],
    rule: (g, { result }) => sigmoidBackward(g, result),
  },
});

/** Each step is rounded, as it is where several ops do it. */
const sigmoidSlope = arithmetic('sigmoidBackward', (n, out, o, x, i, dx, y, j, dy) => {
  for (const end = o + n; o < end; o++, i += dx, j += dy) out[o] = fround(fround(x[i]! * fround(1 - y[j]!)) * y[j]!);
});

define(sigmoidBackward, {
  variants: { namespace: null, method: false },
  kernel: (upstream, output) =>
    combineAlike(sigmoidSlope, upstream, output) ??
    quietly(() => {
      const y = conj(output);
      return mul(mul(upstream, sub(wrapNumber(1n), y)), y);
    }),
  gradients: {
    grad_output: {
      formula: '∂L/∂grad_output = upstream · (1 − output) · output',
      saves: ['output'],
      rule: (g, { output }) => sigmoidBackward(g, conj(output)),
    },
    output: {
      formula: '∂L/∂output = upstream · grad_output · (1 − 2 · output)',
      saves: ['output', 'grad_output'],
      rule: (g, s) => mul(mul(conj(g), s.grad_output), add(mul(conj(s.output), -2n), 1n)),
    },
  },
});

const special: readonly (readonly [Floats, string])[] = [
  [exp2, 'exp2'],
  [expm1, 'expm1'],
  [log1p, 'log1p'],
  [sigmoid, 'expit'],
];
for (const [op, name] of special) alias(op, name, { namespace: 'special', method: false, inplace: false });
