/** Functions of two real numbers: angles, lengths, logarithms of sums. */
import { alias, declare, define, type Variants } from '../registry.ts';
import type { Tensor } from '../tensor.ts';
import { wrapNumber } from '../values.ts';
import { add, div, mul, neg, reciprocal, sub } from './arithmetic.ts';
import { maskedFill } from './choice.ts';
import { eq, le, logicalAnd } from './comparison.ts';
import { exp } from './exponential.ts';
import { limits } from './limits.ts';
import { type Binary, binary } from './pointwise.ts';
import { powScalar } from './powers.ts';
import { zerosLike } from './raw.ts';

const atan2 = declare('atan2(Tensor self, Tensor other) -> Tensor');
const hypot = declare('hypot(Tensor self, Tensor other) -> Tensor');
const copysign = declare('copysign.Tensor(Tensor self, Tensor other) -> Tensor');
const copysignScalar = declare('copysign.Scalar(Tensor self, Scalar other) -> Tensor');
export const logaddexp = declare('logaddexp(Tensor self, Tensor other) -> Tensor');
const logaddexp2 = declare('logaddexp2(Tensor self, Tensor other) -> Tensor');
export const xlogy = declare('xlogy.Tensor(Tensor self, Tensor other) -> Tensor');
const xlogyOther = declare('xlogy.Scalar_Other(Tensor self, Scalar other) -> Tensor');
const xlogySelf = declare('xlogy.Scalar_Self(Scalar self, Tensor other) -> Tensor');
const xlog1py = declare('special_xlog1py(Tensor self, Tensor other) -> Tensor');
const xlog1pyOther = declare('special_xlog1py.other_scalar(Tensor self, Scalar other) -> Tensor');
const xlog1pySelf = declare('special_xlog1py.self_scalar(Scalar self, Tensor other) -> Tensor');

const same = (x: bigint): bigint => x;

define(atan2, {
  variants: { inplace: true },
  kernel: binary('float', Math.atan2, same, null, null, limits('atan2_cpu', 'half')),
  gradients: {
    self: {
      formula: '∂L/∂self = upstream · other / (self² + other²)',
      saves: ['self', 'other'],
      rule: () => null,
    },
    other: {
      formula: '∂L/∂other = −upstream · self / (self² + other²)',
      saves: ['self', 'other'],
      rule: () => null,
    },
  },
  joint: ([g], s) => {
    if (g == null) return [null, null];
    const { self, other } = s;
    const square = mul(other, other);
    const inverse = reciprocal(add(mul(self, self), square));
    const along = (part: Tensor): Tensor => mul(mul(g, part), inverse);
    return [s.isNeeded(0) ? along(other) : null, s.isNeeded(1) ? along(neg(self)) : null];
  },
});

define(hypot, {
  variants: { inplace: true },
  kernel: binary('common', Math.hypot, same, null, null, limits('hypot_cpu', 'bool', 'int', 'half')),
  gradients: {
    self: {
      formula: '∂L/∂self = upstream · self / result',
      saves: ['self', 'result'],
      rule: (g, { self, result }) => div(mul(g, self), result),
    },
    other: {
      formula: '∂L/∂other = upstream · other / result',
      saves: ['other', 'result'],
      rule: (g, { other, result }) => div(mul(g, other), result),
    },
  },
});

const withSign: Binary = (x, y) => (y < 0 || Object.is(y, -0) ? -Math.abs(x) : Math.abs(x));
const copysignKernel = binary('float', withSign, same, null, null, limits('copysign_cpu'));
const flipped = {
  formula: '∂L/∂self = upstream · result / self, 0 at self = 0',
  saves: ['self', 'result'],
  rule: (g: Tensor, { self, result }: { readonly self: Tensor; readonly result: Tensor }): Tensor =>
    mul(g, maskedFill(div(result, self), eq(self, 0n), 0n)),
} as const;

define(copysign, {
  variants: { inplace: true },
  kernel: copysignKernel,
  gradients: { self: flipped, other: { formula: '∂L/∂other = 0', rule: (g) => zerosLike(g) } },
});
define(copysignScalar, {
  variants: { inplace: true },
  node: 'CopysignBackward1',
  kernel: (self, other) => copysignKernel(self, wrapNumber(other)),
  gradients: { self: flipped },
});

/** log(b^x + b^y), from the larger one: `power` is b^x and `tail` is log(1 + x), to the base b. */
function logSum(op: typeof logaddexp, name: string, power: (x: Tensor) => Tensor, tail: (d: number) => number): void {
  const number: Binary = (x, y) => {
    if (Math.abs(x) === Number.POSITIVE_INFINITY && x === y) return x;
    return Math.max(x, y) + tail(-Math.abs(x - y));
  };
  const share = (g: Tensor, own: Tensor, other: Tensor): Tensor => div(g, add(power(sub(other, own)), 1n));
  define(op, {
    kernel: binary('common', number, same, null, null, limits(`${name}_cpu`, 'bool', 'int', 'half')),
    gradients: {
      self: {
        formula: '∂L/∂self = upstream / (1 + b^(other − self))',
        saves: ['self', 'other'],
        rule: (g, { self, other }) => share(g, self, other),
      },
      other: {
        formula: '∂L/∂other = upstream / (1 + b^(self − other))',
        saves: ['self', 'other'],
        rule: (g, { self, other }) => share(g, other, self),
      },
    },
  });
}
const twoTo = (x: Tensor): Tensor => powScalar(2n, x);
logSum(logaddexp, 'logaddexp', exp, (d) => Math.log1p(Math.exp(d)));
logSum(logaddexp2 as never, 'logaddexp2', twoTo, (d) => Math.log1p(2 ** d) / Math.LN2);

/** x · f(y), which is 0 at x = 0 whatever f(y) is, but not where y is nan. */
interface Family {
  readonly kernel: string;
  readonly f: (y: number) => number;
  /** Where f is not finite any more. */
  readonly edge: bigint;
  readonly text: string;
  readonly node: string;
  readonly variants: Variants;
}

function timesLog(op: typeof xlogy, byOther: typeof xlogyOther, bySelf: typeof xlogySelf, family: Family): void {
  const { f, edge, variants, node, text } = family;
  const number: Binary = (x, y) => (Number.isNaN(y) ? y : x === 0 ? 0 : x * f(y));
  const kernel = binary('float', number, same, null, null, limits(family.kernel));
  const by = (self: Tensor, other: Tensor, g: Tensor): Tensor => {
    const silent = logicalAnd(eq(self, 0n), le(other, edge));
    return maskedFill(op(g, other), silent, 0n);
  };
  const slope = (self: Tensor, other: Tensor, g: Tensor): Tensor =>
    div(mul(g, self), edge === 0n ? other : add(other, 1n));
  define(op, {
    variants,
    node: `${node}0`,
    kernel,
    gradients: {
      self: {
        formula: `∂L/∂self = upstream · ${text}`,
        saves: ['self', 'other'],
        rule: (g, { self, other }) => by(self, other, g),
      },
      other: {
        formula: `∂L/∂other = upstream · self · ∂${text}/∂other`,
        saves: ['self', 'other'],
        rule: (g, { self, other }) => slope(self, other, g),
      },
    },
  });
  define(bySelf, {
    variants: { ...variants, method: false, inplace: false },
    node: `${node}1`,
    kernel: (self, other) => kernel(wrapNumber(self), other),
    gradients: {
      other: {
        formula: `∂L/∂other = upstream · self · ∂${text}/∂other`,
        saves: ['other'],
        rule: (g, { self, other }) => slope(wrapNumber(self), other, g),
      },
    },
  });
  define(byOther, {
    variants,
    node: `${node}2`,
    kernel: (self, other) => kernel(self, wrapNumber(other)),
    gradients: {
      self: {
        formula: `∂L/∂self = upstream · ${text}`,
        saves: ['self'],
        rule: (g, { self, other }) => by(self, wrapNumber(other), g),
      },
    },
  });
}

timesLog(xlogy, xlogyOther, xlogySelf, {
  kernel: 'xlogy_cpu',
  f: Math.log,
  edge: 0n,
  text: 'ln(other)',
  node: 'XlogyBackward',
  variants: { inplace: true },
});
timesLog(xlog1py as never, xlog1pyOther as never, xlog1pySelf as never, {
  kernel: 'xlog1py_cpu',
  f: Math.log1p,
  edge: -1n,
  text: 'ln(1 + other)',
  node: 'SpecialXlog1PyBackward',
  variants: { namespace: 'special', method: false },
});

alias(atan2, 'arctan2');
alias(xlogy, 'xlogy', { namespace: 'special', method: false, inplace: false });
