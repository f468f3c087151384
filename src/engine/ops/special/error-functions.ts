/** The error function and its kin, the normal distribution, entropy, logit. */
import { floatType } from '../../promote.ts';
import { alias, declare, define } from '../../registry.ts';
import * as special from '../../special/error.ts';
import type { Tensor } from '../../tensor.ts';
import { wrapNumber } from '../../values.ts';
import { add, div, mul, neg, sub } from '../arithmetic.ts';
import { masked, where } from '../choice.ts';
import { ge, le, logicalAnd } from '../comparison.ts';
import { exp, log } from '../exponential.ts';
import { byResult, bySelf, floats, specialFloats } from '../floats.ts';
import { limits } from '../limits.ts';
import { mapFloat, roundIn } from '../pointwise.ts';
import { pow } from '../powers.ts';
import { zerosLike } from '../raw.ts';

export const erf = declare('erf(Tensor self) -> Tensor');
export const erfc = declare('erfc(Tensor self) -> Tensor');
const erfinv = declare('erfinv(Tensor self) -> Tensor');
const erfcx = declare('special_erfcx(Tensor self) -> Tensor');
const ndtr = declare('special_ndtr(Tensor self) -> Tensor');
const ndtri = declare('special_ndtri(Tensor self) -> Tensor');
const logNdtr = declare('special_log_ndtr(Tensor self) -> Tensor');
const entr = declare('special_entr(Tensor self) -> Tensor');
export const logit = declare('logit(Tensor self, float? eps=None) -> Tensor');

const SLOPE = 2 / Math.sqrt(Math.PI);
const squared = (x: Tensor): Tensor => mul(x, x);
const bell = (x: Tensor): Tensor => exp(neg(pow(x, 2n)));

floats(erf, {
  number: special.erf,
  kernel: 'erf_vml_cpu',
  gradient: bySelf('upstream · 2/√π · exp(−self²)', (g, x) => mul(mul(bell(x), SLOPE), g)),
});
floats(erfc, {
  number: special.erfc,
  kernel: 'erfc_vml_cpu',
  gradient: bySelf('−upstream · 2/√π · exp(−self²)', (g, x) => mul(mul(bell(x), -SLOPE), g)),
});
floats(erfinv, {
  number: special.erfinv,
  kernel: 'erfinv_vml_cpu',
  gradient: bySelf('upstream · √π/2 · exp(erfinv(self)²)', (g, x) =>
    mul(mul(exp(pow(erfinv(x), 2n)), Math.sqrt(Math.PI) / 2), g),
  ),
});

specialFloats(erfcx, {
  number: { rounded: (round) => (x) => special.erfcx(x, round) },
  kernel: 'erfcx_cpu',
  lacks: ['half', 'bfloat16'],
  gradient: {
    formula: '∂L/∂self = upstream · (2 · self · result − 2/√π)',
    saves: ['self', 'result'],
    rule: (g, { self, result }) => mul(g, sub(mul(mul(self, result), 2n), SLOPE)),
  },
});
specialFloats(ndtri, {
  number: special.ndtri,
  kernel: 'ndtri_cpu',
  lacks: ['half', 'bfloat16'],
  gradient: byResult('upstream · √2π · exp(result²/2)', (g, y) =>
    mul(g, mul(exp(div(squared(y), 2n)), Math.sqrt(2 * Math.PI))),
  ),
});
specialFloats(logNdtr, {
  number: special.logNdtr,
  kernel: 'log_ndtr_cpu',
  lacks: ['half', 'bfloat16'],
  gradient: bySelf('upstream · √(2/π) / erfcx(−self/√2)', (g, x) =>
    mul(div(g, erfcx(mul(x, -Math.SQRT1_2))), Math.sqrt(2 / Math.PI)),
  ),
});
specialFloats(entr, {
  number: (x) => (x > 0 ? -x * Math.log(x) : x === 0 ? 0 : Number.isNaN(x) ? x : Number.NEGATIVE_INFINITY),
  kernel: 'entr_cpu',
  gradient: bySelf('−upstream · (1 + ln(self))', (g, x) => mul(g, sub(neg(log(x)), 1n))),
});

define(ndtr, {
  variants: { namespace: 'special', method: false },
  composite: true,
  kernel: (self) => mul(add(erf(mul(self, Math.SQRT1_2)), 1n), 0.5),
});

/** ln(x / (1 − x)), of x brought into [eps, 1 − eps]. */
define(logit, {
  variants: { inplace: true },
  kernel: (self, eps) => {
    const bounds = limits('logit_cpu', 'half');
    const round = roundIn(floatType(self.dtype));
    const odds = (x: number): number => Math.log(round(x / round(1 - x)));
    if (eps === null) return mapFloat(self, odds, bounds);
    return mapFloat(self, (x) => odds(x < eps ? eps : x > 1 - eps ? 1 - eps : x), bounds);
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream / (self · (1 − self)) inside the bounds; outside 0, nan without eps',
      saves: ['self'],
      rule: (g, { self, eps }) => {
        const slope = div(g, mul(self, sub(wrapNumber(1n), self)));
        const inside = logicalAnd(ge(self, eps ?? 0), le(self, 1 - (eps ?? 0)));
        return eps === null ? where(inside, slope, add(zerosLike(g), Number.NaN)) : masked(slope, inside);
      },
    },
  },
});

const inSpecial = { namespace: 'special', method: false, inplace: false } as const;
alias(erf, 'erf', inSpecial);
alias(erfc, 'erfc', inSpecial);
alias(erfinv, 'erfinv', inSpecial);
alias(logit, 'logit', inSpecial);
