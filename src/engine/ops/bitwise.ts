/** Bits of integers and bools. */
import { bool } from '../dtype.ts';
import { typeError } from '../errors.ts';
import { declare, define } from '../registry.ts';
import type { Tensor } from '../tensor.ts';
import { wrapNumber } from '../values.ts';
import { integral } from './limits.ts';
import { type Binary, type BinaryBig, binary, unary } from './pointwise.ts';

export const bitwiseNot = declare('bitwise_not(Tensor self) -> Tensor');
export const bitwiseAnd = declare('bitwise_and.Tensor(Tensor self, Tensor other) -> Tensor');
export const bitwiseOr = declare('bitwise_or.Tensor(Tensor self, Tensor other) -> Tensor');
export const bitwiseXor = declare('bitwise_xor.Tensor(Tensor self, Tensor other) -> Tensor');
const leftShift = declare('bitwise_left_shift.Tensor(Tensor self, Tensor other) -> Tensor');
const rightShift = declare('bitwise_right_shift.Tensor(Tensor self, Tensor other) -> Tensor');
const gcd = declare('gcd(Tensor self, Tensor other) -> Tensor');
const lcm = declare('lcm(Tensor self, Tensor other) -> Tensor');

const invert = unary(
  (x) => ~x,
  (x) => ~x,
  null,
  integral('bitwise_not_cpu'),
);
const not = unary(
  (x) => 1 - x,
  (x) => ~x,
);

define(bitwiseNot, {
  variants: { inplace: true },
  kernel: (self) => (self.dtype === bool ? not(self) : invert(self)),
});

define(declare('__invert__(Tensor self) -> Tensor'), {
  variants: { namespace: null },
  composite: true,
  kernel: (self) => {
    if (self.dtype.category < 2) return bitwiseNot(self);
    throw typeError('~ (operator.invert) is only implemented on integer and Boolean-type tensors');
  },
});

type Pair = typeof bitwiseAnd;

/** An op of two tensors, of a number and a tensor, of a tensor and a number. */
function defineBits(op: Pair, kernel: (self: Tensor, other: Tensor) => Tensor, operators: readonly string[]): void {
  const name = op.schema.slice(0, op.schema.indexOf('.'));
  define(op, { variants: { inplace: true, operators }, kernel });
  define(
    declare(`${name}.Scalar_Tensor(Scalar self, Tensor other) -> Tensor` as 'x(Scalar self, Tensor other) -> Tensor'),
    {
      variants: { method: false, out: false },
      kernel: (self, other) => kernel(wrapNumber(self), other),
    },
  );
  define(declare(`${name}.Scalar(Tensor self, Scalar other) -> Tensor` as 'x(Tensor self, Scalar other) -> Tensor'), {
    variants: { inplace: true, operators },
    kernel: (self, other) => kernel(self, wrapNumber(other)),
  });
}

function bitwise(op: Pair, name: string, number: Binary, big: BinaryBig): void {
  const kernel = binary('common', number, big, null, null, integral(`bitwise_${name}_cpu`));
  defineBits(op, kernel, [`__${name}__`, `__r${name}__`, `__i${name}__`]);
}

bitwise(
  bitwiseAnd,
  'and',
  (x, y) => x & y,
  (x, y) => x & y,
);
bitwise(
  bitwiseOr as never,
  'or',
  (x, y) => x | y,
  (x, y) => x | y,
);
bitwise(
  bitwiseXor as never,
  'xor',
  (x, y) => x ^ y,
  (x, y) => x ^ y,
);

/** C leaves a shift by more bits than there are undefined; the machine takes the number of bits modulo the width of a register. */
const bits = (y: bigint): bigint => BigInt.asUintN(6, y);

function shift(op: Pair, name: 'lshift' | 'rshift', number: Binary, big: BinaryBig): void {
  const kernel = binary('common', number, big, null, null, integral(`${name}_cpu`, 'bool'));
  defineBits(op, kernel, [`__${name}__`, `__i${name}__`]);
}

shift(
  leftShift as never,
  'lshift',
  (x, y) => x << y,
  (x, y) => BigInt.asIntN(64, x << bits(y)),
);
shift(
  rightShift as never,
  'rshift',
  (x, y) => x >> y,
  (x, y) => x >> bits(y),
);

function reversed(op: Pair, name: 'lshift' | 'rshift'): void {
  define(
    declare(`__r${name}__(Tensor self, Tensor other) -> Tensor` as '__rlshift__(Tensor self, Tensor other) -> Tensor'),
    {
      variants: { namespace: null, numbers: true },
      composite: true,
      kernel: (self, other) => op(other, self),
    },
  );
}
reversed(leftShift as never, 'lshift');
reversed(rightShift as never, 'rshift');

/** Euclid's algorithm, on sizes. */
function gcdOf(x: number, y: number): number {
  let [a, b] = [Math.abs(x), Math.abs(y)];
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}

function bigGcd(x: bigint, y: bigint): bigint {
  let [a, b] = [x < 0n ? -x : x, y < 0n ? -y : y];
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}

define(gcd, {
  variants: { inplace: true },
  kernel: binary('common', gcdOf, bigGcd, null, null, integral('gcd_cpu', 'bool')),
});

define(lcm, {
  variants: { inplace: true },
  kernel: binary(
    'common',
    (x, y) => (x === 0 || y === 0 ? 0 : Math.abs((x / gcdOf(x, y)) * y)),
    (x, y) => (x === 0n || y === 0n ? 0n : bigAbs((x / bigGcd(x, y)) * y)),
    null,
    null,
    integral('lcm_cpu', 'bool'),
  ),
});

const bigAbs = (x: bigint): bigint => (x < 0n ? -x : x);
