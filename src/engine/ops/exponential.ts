/** Exponentials, logarithms and roots. */
import { alias, declare } from '../registry.ts';
import * as complex from '../special/complex.ts';
import type { Tensor } from '../tensor.ts';
import { wrapNumber } from '../values.ts';
import { div, mul, sub } from './arithmetic.ts';
import { byResult, bySelf, type Floats, floats } from './floats.ts';

export { tanh } from './circular.ts';
export { pow } from './powers.ts';
export { abs, sign } from './signs.ts';

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

floats(exp, {
  number: Math.exp,
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
  gradient: byResult('upstream · (result + 1)', (g, y) => mul(g, sub(y, -1n))),
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
  gradient: bySelf('upstream / (self + 1)', (g, x) => div(g, sub(x, -1n))),
});
floats(sqrt, {
  number: Math.sqrt,
  complex: complex.sqrt,
  kernel: 'sqrt_vml_cpu',
  gradient: byResult('upstream / (2 · result)', (g, y) => div(g, mul(y, 2n))),
});
floats(rsqrt, {
  number: (x) => 1 / Math.sqrt(x),
  complex: complex.rsqrt,
  kernel: 'rsqrt_cpu',
  gradient: byResult('−½ · upstream · result³', (g, y) => mul(mul(g, -0.5), mul(mul(y, y), y))),
});
floats(sigmoid, {
  number: (x) => 1 / (1 + Math.exp(-x)),
  complex: complex.sigmoid,
  kernel: 'sigmoid_cpu',
  gradient: byResult('upstream · (1 − result) · result', sigmoidBackward),
});

function sigmoidBackward(g: Tensor, y: Tensor): Tensor {
  return mul(mul(g, sub(wrapNumber(1n), y)), y);
}

const special: readonly (readonly [Floats, string])[] = [
  [exp2, 'exp2'],
  [expm1, 'expm1'],
  [log1p, 'log1p'],
  [sigmoid, 'expit'],
];
for (const [op, name] of special) alias(op, name, { namespace: 'special', method: false, inplace: false });
