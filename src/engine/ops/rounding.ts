/** Ops that round, and what rounding leaves. */
import { alias, declare, define } from '../registry.ts';
import type { Tensor } from '../tensor.ts';
import type { Floats } from './floats.ts';
import { limits, refuseComplex, requireKernel } from './limits.ts';
import { mapFloat, type Unary, unary } from './pointwise.ts';
import { zerosLike } from './raw.ts';

export const floor = declare('floor(Tensor self) -> Tensor');
export const ceil = declare('ceil(Tensor self) -> Tensor');
export const round = declare('round(Tensor self) -> Tensor');
export const trunc = declare('trunc(Tensor self) -> Tensor');
const roundDecimals = declare('round.decimals(Tensor self, *, int decimals) -> Tensor');
const frac = declare('frac(Tensor self) -> Tensor');

const flat = { formula: '∂L/∂self = 0', rule: (g: Tensor) => zerosLike(g) };

const steps: readonly (readonly [Floats, Unary])[] = [
  [floor, Math.floor],
  [ceil, Math.ceil],
  [trunc, Math.trunc],
  [round, roundEven],
];
for (const [op, number] of steps) define(op, step(op.schema.slice(0, op.schema.indexOf('(')), number) as never);

function step(name: string, number: Unary): unknown {
  const kernel = unary(number, (x) => x, null, limits(`${name}_vml_cpu`, 'bool', 'half', 'complex'));
  return {
    variants: { inplace: true },
    kernel: (self: Tensor) => {
      if (name !== 'round') refuseComplex(self.dtype, `${name} is not supported for complex inputs`);
      return kernel(self);
    },
    gradients: { self: flat },
  };
}

/** Ties go to the even neighbour. */
export function roundEven(x: number): number {
  const low = Math.floor(x);
  const rest = x - low;
  const near = rest < 0.5 || (rest === 0.5 && low % 2 === 0) ? low : low + 1;
  return near === 0 && (x < 0 || Object.is(x, -0)) ? -0 : near;
}

/** To a power of ten: scaled, rounded, scaled back, in the operand's own precision. */
define(roundDecimals, {
  variants: { inplace: true },
  node: 'RoundBackward1',
  kernel: (self, decimals) => {
    const bounds = limits(decimals === 0 ? 'round_vml_cpu' : 'round_cpu', 'bool', 'int', 'half', 'complex');
    requireKernel(bounds, self.dtype);
    const single = self.dtype.bytes < 8 ? Math.fround : (x: number) => x;
    const ten = single(10 ** Math.abs(decimals));
    return decimals < 0
      ? mapFloat(self, (x) => roundEven(single(x / ten)) * ten)
      : mapFloat(self, (x) => roundEven(single(x * ten)) / ten);
  },
  gradients: { self: flat },
});

const fraction = unary(
  (x) => x - Math.trunc(x),
  (x) => x,
  null,
  limits('frac_cpu', 'bool', 'int', 'complex'),
);
define(frac, {
  variants: { inplace: true },
  kernel: fraction,
  gradients: { self: { formula: '∂L/∂self = upstream', rule: (g) => g } },
});

alias(trunc, 'fix');

define(declare('special_round(Tensor self, *, int decimals=0) -> Tensor'), {
  variants: { namespace: 'special', method: false },
  composite: true,
  kernel: (self, decimals) => roundDecimals(self, decimals),
});
