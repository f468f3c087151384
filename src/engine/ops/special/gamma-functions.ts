/** The gamma function's logarithm, its derivatives, incomplete gamma functions, zeta. */
import { bool, float64, isComplex } from '../../dtype.ts';
import { runtimeError } from '../../errors.ts';
import { floatType } from '../../promote.ts';
import { alias, declare, define } from '../../registry.ts';
import * as special from '../../special/gamma.ts';
import * as incomplete from '../../special/incomplete-gamma.ts';
import { zeta as zetaOf } from '../../special/zeta.ts';
import type { Tensor } from '../../tensor.ts';
import { wrapNumber } from '../../values.ts';
import { add, mul, neg, sub } from '../arithmetic.ts';
import { exp, log } from '../exponential.ts';
import { bySelf, floats } from '../floats.ts';
import { limits, noKernel } from '../limits.ts';
import { type Binary, binary, mapFloat } from '../pointwise.ts';
import { underivedBy } from '../underived.ts';

export const lgamma = declare('lgamma(Tensor self) -> Tensor');
export const digamma = declare('digamma(Tensor self) -> Tensor');
const polygamma = declare('polygamma(int n, Tensor self) -> Tensor');
const polygammaMethod = declare('polygamma(Tensor self, int n) -> Tensor');
const mvlgamma = declare('mvlgamma(Tensor self, int p) -> Tensor');
const igamma = declare('igamma(Tensor self, Tensor other) -> Tensor');
const igammac = declare('igammac(Tensor self, Tensor other) -> Tensor');
const zeta = declare('special_zeta(Tensor self, Tensor other) -> Tensor');
const zetaSelf = declare('special_zeta.self_scalar(Scalar self, Tensor other) -> Tensor');
const zetaOther = declare('special_zeta.other_scalar(Tensor self, Scalar other) -> Tensor');

floats(lgamma, {
  number: special.lgamma,
  kernel: 'lgamma_vml_cpu',
  gradient: bySelf('upstream · digamma(self)', (g, x) => mul(g, digamma(x))),
});
floats(digamma, {
  number: special.digamma,
  kernel: 'digamma',
  gradient: bySelf('upstream · polygamma(1, self)', (g, x) => mul(g, polygamma(1, x))),
});

/** Named as the order has kernels of its own: ψ, ψ′, and all others. */
const kernelOf = (n: number): string => (n === 0 ? 'digamma' : n === 1 ? 'trigamma' : 'polygamma');

function polygammaKernel(n: number, self: Tensor): Tensor {
  if (n < 0) throw runtimeError('polygamma(n, x) does not support negative n.');
  const round = floatType(self.dtype) === float64 ? (x: number): number => x : Math.fround;
  return mapFloat(self, (x) => special.polygamma(n, x, round), limits(kernelOf(n), 'half'));
}

const slope = '∂L/∂self = upstream · polygamma(n + 1, self)';
define(polygamma, {
  variants: { method: false },
  kernel: polygammaKernel,
  gradients: { self: { formula: slope, saves: ['self'], rule: (g, { n, self }) => mul(g, polygamma(n + 1, self)) } },
});
define(polygammaMethod, {
  variants: { namespace: null, inplace: true },
  inplaceNode: 'PolygammaBackward1',
  kernel: (self, n) => polygammaKernel(n, self),
  gradients: { self: { formula: slope, saves: ['self'], rule: (g, { n, self }) => mul(g, polygamma(n + 1, self)) } },
});

/** Σ f(x − i/2) over i < p. */
function sumOfHalves(p: number, f: (x: number) => number): (x: number) => number {
  return (x) => {
    let sum = 0;
    for (let i = 0; i < p; i++) sum += f(x - i / 2);
    return sum;
  };
}

define(mvlgamma, {
  variants: { inplace: true },
  checkInplace: (self) => {
    if (self.dtype !== bool && self.dtype.category < 2) throw runtimeError('step must be nonzero');
  },
  out: {
    check: (out, result, [self]) => {
      if (out.dtype.category >= result.dtype.category) return undefined;
      const [own, wanted] = [(self as Tensor).dtype.scalar, result.dtype.scalar];
      throw runtimeError(`mvlgamma: result type ${own} can't be cast to the desired output type ${wanted}`);
    },
  },
  kernel: (self, p) => {
    if (self.dtype === bool) throw runtimeError('The input tensor may not be a boolean tensor.');
    if (p < 1) throw runtimeError('p has to be greater than or equal to 1');
    if (isComplex(self.dtype)) throw noKernel('arange_cpu', self.dtype);
    const constant = (p * (p - 1) * Math.log(Math.PI)) / 4;
    const sum = sumOfHalves(p, special.lgamma);
    return mapFloat(self, (x) => sum(x) + constant, limits('lgamma_vml_cpu', 'half'));
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream · Σ digamma(self − i/2), i < p',
      saves: ['self'],
      rule: (g, { self, p }) => {
        const parts = Array.from({ length: p }, (_, i) => digamma(sub(self, i / 2)));
        return mul(
          g,
          parts.reduce((a, b) => add(a, b)),
        );
      },
    },
  },
});

/** ∂P/∂x = xᵃ⁻¹ e⁻ˣ / Γ(a). */
const density = (a: Tensor, x: Tensor): Tensor => exp(sub(sub(mul(sub(a, 1n), log(x)), x), lgamma(a)));

function incompleteGamma(op: typeof igamma, name: string, number: Binary, sign: 1 | -1): void {
  define(op, {
    variants: { inplace: true },
    kernel: binary('common', number, (x) => x, null, null, limits(`${name}_cpu`, 'bool', 'int')),
    gradients: {
      self: underivedBy(`${name}: input`),
      other: {
        formula: `∂L/∂other = ${sign < 0 ? '−' : ''}upstream · other^(self − 1) · exp(−other) / Γ(self)`,
        saves: ['self', 'other'],
        rule: (g, { self, other }) => mul(sign < 0 ? neg(g) : g, density(self, other)),
      },
    },
  });
}
incompleteGamma(igamma, 'igamma', incomplete.igamma, 1);
incompleteGamma(igammac as never, 'igammac', incomplete.igammac, -1);

const zetaKernel = binary('float', zetaOf, (x) => x, null, null, limits('zeta_cpu', 'half', 'bfloat16'));
const inSpecial = { namespace: 'special', method: false, inplace: false } as const;
const byOther = '∂L/∂other = −upstream · self · zeta(self + 1, other)';

define(zeta, {
  variants: inSpecial,
  kernel: zetaKernel,
  gradients: {
    self: underivedBy('zeta'),
    other: {
      formula: byOther,
      saves: ['self', 'other'],
      rule: (g, { self, other }) => mul(g, mul(neg(self), zeta(add(self, 1n), other))),
    },
  },
});
define(zetaSelf, {
  variants: inSpecial,
  node: 'SpecialZetaBackward1',
  kernel: (self, other) => zetaKernel(wrapNumber(self), other),
  gradients: {
    other: {
      formula: byOther,
      saves: ['other'],
      rule: (g, { self, other }) => mul(g, mul(zeta(add(wrapNumber(self), 1n), other), neg(wrapNumber(self)))),
    },
  },
});
define(zetaOther, {
  variants: inSpecial,
  node: 'SpecialZetaBackward2',
  kernel: (self, other) => zetaKernel(self, wrapNumber(other)),
  gradients: { self: underivedBy('zeta') },
});

alias(lgamma, 'gammaln', inSpecial);
alias(digamma, 'digamma', inSpecial);
alias(digamma, 'psi', inSpecial);
alias(mvlgamma, 'multigammaln', inSpecial);
alias(igamma, 'gammainc', inSpecial);
alias(igammac, 'gammaincc', inSpecial);
alias(polygamma, 'polygamma', inSpecial);
