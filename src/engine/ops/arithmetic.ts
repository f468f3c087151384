import { bool, type DType, float64, isFloating } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { fusedDouble } from '../fused-double.ts';
import { resultType } from '../promote.ts';
import { alias, declare, define, type Variants } from '../registry.ts';
import { divide, multiply } from '../special/complex.ts';
import type { Tensor } from '../tensor.ts';
import { Complex, type Scalar, wrapNumber } from '../values.ts';
import { conj } from './complex.ts';
import { arithmetic, type Loop } from './loops.ts';
import { addMultiples, binary, unary, unaryFloat, z } from './pointwise.ts';

export const add = declare('add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor');
export const sub = declare('sub.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor');
export const rsub = declare('rsub.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor');
export const rsubScalar = declare('rsub.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor');
export const mul = declare('mul.Tensor(Tensor self, Tensor other) -> Tensor');
export const div = declare('div.Tensor(Tensor self, Tensor other) -> Tensor');
export const neg = declare('neg(Tensor self) -> Tensor');
const positive = declare('positive(Tensor self) -> Tensor');
export const reciprocal = declare('reciprocal(Tensor self) -> Tensor');
const rtruediv = declare('__rtruediv__(Tensor self, Tensor other) -> Tensor');

const operators = (name: string): Variants => ({
  inplace: true,
  numbers: true,
  operators: [`__${name}__`, `__r${name}__`, `__i${name}__`],
});

const plus = binary(
  'common',
  (x, y) => x + y,
  (x, y) => x + y,
  arithmetic('add', (n, out, o, x, i, dx, y, j, dy) => {
    for (const end = o + n; o < end; o++, i += dx, j += dy) out[o] = x[i]! + y[j]!;
  }),
  (a, b, c, d) => {
    z.re = a + c;
    z.im = b + d;
  },
);
const minus = binary(
  'common',
  (x, y) => x - y,
  (x, y) => x - y,
  arithmetic('sub', (n, out, o, x, i, dx, y, j, dy) => {
    for (const end = o + n; o < end; o++, i += dx, j += dy) out[o] = x[i]! - y[j]!;
  }),
  (a, b, c, d) => {
    z.re = a - c;
    z.im = b - d;
  },
);
/** The product alone, outside of the graph. */
export const times = binary(
  'common',
  (x, y) => x * y,
  (x, y) => x * y,
  arithmetic('mul', (n, out, o, x, i, dx, y, j, dy) => {
    for (const end = o + n; o < end; o++, i += dx, j += dy) out[o] = x[i]! * y[j]!;
  }),
  multiply,
);
const over = binary(
  'float',
  (x, y) => x / y,
  (x) => x,
  arithmetic('div', (n, out, o, x, i, dx, y, j, dy) => {
    for (const end = o + n; o < end; o++, i += dx, j += dy) out[o] = x[i]! / y[j]!;
  }),
  divide,
);

const isOne = (alpha: Scalar): boolean => alpha === 1n || alpha === 1 || alpha === true;
const scaled = (tensor: Tensor, alpha: Scalar): Tensor => (isOne(alpha) ? tensor : times(tensor, wrapNumber(alpha)));

/** What alpha may be for operands that meet in a dtype. */
function checkAlpha(self: Tensor, other: Tensor, alpha: Scalar): void {
  if (alpha === 1n) return;
  const dtype = resultType(self, other);
  if (typeof alpha === 'boolean' && dtype !== bool)
    throw runtimeError('Boolean alpha only supported for Boolean results.');
  if (typeof alpha === 'number' && dtype.category < 2) {
    throw runtimeError('For integral input tensors, argument alpha must not be a floating point number.');
  }
  if (alpha instanceof Complex && dtype.category < 3) {
    throw runtimeError('For non-complex input tensors, argument alpha must not be a complex number.');
  }
}

const truth = (alpha: Scalar): boolean => alpha instanceof Complex || Boolean(alpha);

/** Adds in the dtype in which the operands meet. */
function addScaled(self: Tensor, other: Tensor, alpha: Scalar): Tensor {
  checkAlpha(self, other, alpha);
  const dtype = resultType(self, other);
  if (isFloating(dtype) && !isOne(alpha)) return plusMultiple(dtype, self, other, Number(alpha));
  return plus(self, scaled(other, dtype === bool ? truth(alpha) : alpha));
}

/** x + factor · y, rounded once, as PyTorch's vector code does it. */
function plusMultiple(dtype: DType, self: Tensor, other: Tensor, alpha: number): Tensor {
  const whole = (x: bigint): bigint => x;
  if (dtype === float64) return binary('common', (x, y) => fusedDouble(alpha, y, x), whole)(self, other);
  const factor = Math.fround(alpha);
  const loop: Loop = (n, out, o, x, i, dx, y, j, dy) => {
    for (const end = o + n; o < end; o++, i += dx, j += dy) out[o] = x[i]! + factor * y[j]!;
  };
  return addMultiples(self, other, factor) ?? binary('common', (x, y) => x + factor * y, whole, loop)(self, other);
}

function subScaled(self: Tensor, other: Tensor, alpha: Scalar): Tensor {
  refuseBool(self, other);
  checkAlpha(self, other, alpha);
  const dtype = resultType(self, other);
  if (isFloating(dtype) && !isOne(alpha)) return plusMultiple(dtype, self, other, -Number(alpha));
  return minus(self, scaled(other, alpha));
}

/** A derivative by something that was multiplied by alpha. */
const byAlpha = (tensor: Tensor, alpha: Scalar): Tensor => (isOne(alpha) ? tensor : mul(tensor, conjScalar(alpha)));
const conjScalar = (alpha: Scalar): Scalar => (alpha instanceof Complex ? new Complex(alpha.re, -alpha.im) : alpha);

function refuseBool(self: Tensor, other: Tensor): void {
  if (self.dtype !== bool && other.dtype !== bool) return;
  if (self.dtype === bool && other.dtype === bool) {
    throw runtimeError(
      'Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` operator instead.',
    );
  }
  throw runtimeError(
    'Subtraction, the `-` operator, with a bool tensor is not supported. If you are trying to invert a mask, use the `~` or `logical_not()` operator instead.',
  );
}

define(add, {
  variants: operators('add'),
  kernel: addScaled,
  gradients: {
    self: { formula: '∂L/∂self = upstream', rule: (g) => g },
    other: { formula: '∂L/∂other = upstream · alpha', rule: (g, { alpha }) => byAlpha(g, alpha) },
  },
});

define(sub, {
  variants: { inplace: true, numbers: true, operators: ['__sub__', '__isub__'] },
  kernel: subScaled,
  gradients: {
    self: { formula: '∂L/∂self = upstream', rule: (g) => g },
    other: { formula: '∂L/∂other = −upstream · alpha', rule: (g, { alpha }) => byAlpha(neg(g), alpha) },
  },
});

const reversed = { method: false, out: false, operators: ['__rsub__'] } as const;

define(rsub, {
  variants: reversed,
  kernel: (self, other, alpha) => subScaled(other, self, alpha),
  gradients: {
    self: { formula: '∂L/∂self = −upstream · alpha', rule: (g, { alpha }) => byAlpha(neg(g), alpha) },
    other: { formula: '∂L/∂other = upstream', rule: (g) => g },
  },
});

define(rsubScalar, {
  variants: reversed,
  node: 'RsubBackward1',
  kernel: (self, other, alpha) => subScaled(wrapNumber(other), self, alpha),
  gradients: {
    self: { formula: '∂L/∂self = −upstream · alpha', rule: (g, { alpha }) => byAlpha(neg(g), alpha) },
  },
});

define(mul, {
  variants: operators('mul'),
  kernel: times,
  gradients: {
    self: { formula: '∂L/∂self = upstream · other', saves: ['other'], rule: (g, { other }) => mul(g, conj(other)) },
    other: { formula: '∂L/∂other = upstream · self', saves: ['self'], rule: (g, { self }) => mul(g, conj(self)) },
  },
});

define(div, {
  variants: { inplace: true, numbers: true, operators: ['__truediv__', '__itruediv__', '__div__', '__idiv__'] },
  kernel: over,
  gradients: {
    self: { formula: '∂L/∂self = upstream / other', saves: ['other'], rule: (g, { other }) => div(g, conj(other)) },
    other: {
      formula: '∂L/∂other = −upstream · self / other²',
      saves: ['self', 'other'],
      rule: (g, { self, other }) => mulReversed(conj(div(div(self, other), other)), neg(g)),
    },
  },
});

/**
 * left · right, of operands that are computed from the right: PyTorch's compiler goes that way, and the order in which a gradient's own nodes
 * are made is the order in which a second pass runs them.
 */
export const mulReversed = (right: Tensor, left: Tensor): Tensor => mul(left, right);

define(rtruediv, {
  variants: { namespace: null, numbers: true },
  composite: true,
  kernel: (self, other) => mul(reciprocal(self), other),
});

define(neg, {
  variants: { inplace: true, operators: ['__neg__'] },
  kernel: (self) => {
    if (self.dtype === bool) {
      throw runtimeError(
        'Negation, the `-` operator, on a bool tensor is not supported. If you are trying to invert a mask, use the `~` or `logical_not()` operator instead.',
      );
    }
    return negate(self);
  },
  gradients: { self: { formula: '∂L/∂self = −upstream', rule: (g) => neg(g) } },
});

const negate = unary(
  (x) => -x,
  (x) => -x,
  (re, im) => {
    z.re = -re;
    z.im = -im;
  },
  null,
  'neg',
);

define(reciprocal, {
  variants: { inplace: true },
  kernel: unaryFloat(
    (x) => 1 / x,
    (re, im) => divide(1, 0, re, im),
  ),
  gradients: {
    self: {
      formula: '∂L/∂self = −upstream · result²',
      saves: ['result'],
      rule: (g, { result }) => mulReversed(conj(mul(result, result)), neg(g)),
    },
  },
});

define(positive, {
  variants: { operators: ['__pos__'] },
  composite: true,
  kernel: (self) => {
    if (self.dtype === bool) throw runtimeError('The `+` operator, on a bool tensor is not supported.');
    return self;
  },
});

alias(mul, 'multiply');
alias(sub, 'subtract');
alias(neg, 'negative');
alias(div, 'divide');
alias(div, 'true_divide');
alias(rtruediv, '__rdiv__');

// PyTorch's C++ has overloads for numbers, which its derivative formulas use; Python's numbers become 0-d tensors instead.

const addScalar = declare('add.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor');
const subScalar = declare('sub.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor');
const mulScalar = declare('mul.Scalar(Tensor self, Scalar other) -> Tensor');
const divScalar = declare('div.Scalar(Tensor self, Scalar other) -> Tensor');
const internal = { namespace: null, method: false } as const;

define(addScalar, {
  variants: internal,
  node: 'AddBackward1',
  kernel: (self, other, alpha) => addScaled(self, wrapNumber(other), alpha),
  gradients: { self: { formula: '∂L/∂self = upstream', rule: (g) => g } },
});
define(subScalar, {
  variants: internal,
  node: 'SubBackward1',
  kernel: (self, other, alpha) => subScaled(self, wrapNumber(other), alpha),
  gradients: { self: { formula: '∂L/∂self = upstream', rule: (g) => g } },
});
define(mulScalar, {
  variants: internal,
  node: 'MulBackward1',
  kernel: (self, other) => times(self, wrapNumber(other)),
  gradients: {
    self: { formula: '∂L/∂self = upstream · other', rule: (g, { other }) => mul(g, wrapNumber(conjScalar(other))) },
  },
});
define(divScalar, {
  variants: internal,
  node: 'DivBackward1',
  kernel: (self, other) => over(self, wrapNumber(other)),
  gradients: {
    self: { formula: '∂L/∂self = upstream / other', rule: (g, { other }) => div(g, wrapNumber(conjScalar(other))) },
  },
});

add.twin = addScalar.def;
sub.twin = subScalar.def;
mul.twin = mulScalar.def;
div.twin = divScalar.def;
