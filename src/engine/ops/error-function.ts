/** The error function. */
import { declare, define } from '../registry.ts';
import { mul, neg } from './arithmetic.ts';
import { exp } from './exponential.ts';
import { mapFloat } from './pointwise.ts';
import { pow } from './powers.ts';

export const erf = declare('erf(Tensor self) -> Tensor');

define(erf, {
  variants: { inplace: true },
  kernel: (self) => mapFloat(self, erfOf),
  gradients: {
    self: {
      formula: '∂L/∂self = upstream · 2/√π · exp(−self²)',
      saves: ['self'],
      rule: (g, { self }) => mul(mul(exp(neg(pow(self, 2n))), 2 / Math.sqrt(Math.PI)), g),
    },
  },
});

/** The error function to double precision: its Taylor series near 0, the continued fraction of erfc beyond. */
export function erfOf(x: number): number {
  const size = Math.abs(x);
  if (Number.isNaN(x)) return x;
  if (size > 6) return Math.sign(x);
  if (size < 2.5) {
    let term = x;
    let total = x;
    for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(total); n++) {
      term *= (-x * x) / n;
      total += term / (2 * n + 1);
    }
    return (2 / Math.sqrt(Math.PI)) * total;
  }
  let fraction = 0;
  for (let n = 80; n > 0; n--) fraction = n / 2 / (size + fraction);
  const complement = Math.exp(-size * size) / ((size + fraction) * Math.sqrt(Math.PI));
  return Math.sign(x) * (1 - complement);
}
