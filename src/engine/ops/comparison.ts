/** Comparisons and logic: bool results, nothing to differentiate. */
import { bool, isFloating } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { declare, define } from '../registry.ts';
import { sameShape } from '../shape.ts';
import { rowMajor } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import { type Binary, type BinaryComplex, binary, z } from './pointwise.ts';

export const eq = declare('eq.Tensor(Tensor self, Tensor other) -> Tensor');
export const ne = declare('ne.Tensor(Tensor self, Tensor other) -> Tensor');
export const lt = declare('lt.Tensor(Tensor self, Tensor other) -> Tensor');
export const le = declare('le.Tensor(Tensor self, Tensor other) -> Tensor');
export const gt = declare('gt.Tensor(Tensor self, Tensor other) -> Tensor');
export const ge = declare('ge.Tensor(Tensor self, Tensor other) -> Tensor');
export const logicalNot = declare('logical_not(Tensor self) -> Tensor');
export const logicalAnd = declare('logical_and(Tensor self, Tensor other) -> Tensor');
export const logicalOr = declare('logical_or(Tensor self, Tensor other) -> Tensor');
export const logicalXor = declare('logical_xor(Tensor self, Tensor other) -> Tensor');
export const bitwiseNot = declare('bitwise_not(Tensor self) -> Tensor');
export const bitwiseAnd = declare('bitwise_and.Tensor(Tensor self, Tensor other) -> Tensor');
export const bitwiseOr = declare('bitwise_or.Tensor(Tensor self, Tensor other) -> Tensor');
export const bitwiseXor = declare('bitwise_xor.Tensor(Tensor self, Tensor other) -> Tensor');
export const isnan = declare('isnan(Tensor self) -> Tensor');
export const isinf = declare('isinf(Tensor self) -> Tensor');
export const isfinite = declare('isfinite(Tensor self) -> Tensor');
export const equal = declare('equal(Tensor self, Tensor other) -> bool');

type Comparison = typeof eq;
type Big = (x: bigint, y: bigint) => boolean;

function compare(
  op: Comparison | typeof logicalAnd,
  number: (x: number, y: number) => boolean,
  big: Big,
  operator?: string,
  complex: BinaryComplex | null = null,
): void {
  const kernel = binary('compare', number as unknown as Binary, big, null, complex);
  define(op as Comparison, {
    variants: { numbers: true, ...(operator === undefined ? {} : { operators: [operator] }) },
    kernel,
  });
}

compare(
  eq,
  (x, y) => x === y,
  (x, y) => x === y,
  '__eq__',
  (a, b, c, d) => {
    z.re = Number(a === c && b === d);
  },
);
compare(
  ne as never,
  (x, y) => x !== y,
  (x, y) => x !== y,
  '__ne__',
  (a, b, c, d) => {
    z.re = Number(a !== c || b !== d);
  },
);
compare(
  lt as never,
  (x, y) => x < y,
  (x, y) => x < y,
  '__lt__',
);
compare(
  le as never,
  (x, y) => x <= y,
  (x, y) => x <= y,
  '__le__',
);
compare(
  gt as never,
  (x, y) => x > y,
  (x, y) => x > y,
  '__gt__',
);
compare(
  ge as never,
  (x, y) => x >= y,
  (x, y) => x >= y,
  '__ge__',
);
compare(
  logicalAnd,
  (x, y) => x !== 0 && y !== 0,
  (x, y) => x !== 0n && y !== 0n,
);
compare(
  logicalOr as never,
  (x, y) => x !== 0 || y !== 0,
  (x, y) => x !== 0n || y !== 0n,
);
compare(
  logicalXor as never,
  (x, y) => (x !== 0) !== (y !== 0),
  (x, y) => (x !== 0n) !== (y !== 0n),
);

/** A test of each element. */
function test(self: Tensor, holds: (value: number) => boolean): Tensor {
  const out = emptyTensor(self.shape, bool);
  const data = rowMajor(self);
  for (let i = 0; i < data.length; i++) out.storage.data[i] = holds(Number(data[i])) ? 1 : 0;
  return out;
}

define(logicalNot, { kernel: (self) => test(self, (x) => x === 0) });
define(isnan, { kernel: (self) => test(self, Number.isNaN) });
define(isinf, { kernel: (self) => test(self, (x) => Math.abs(x) === Number.POSITIVE_INFINITY) });
define(isfinite, { kernel: (self) => test(self, Number.isFinite) });

define(bitwiseNot, {
  variants: { operators: ['__invert__'] },
  kernel: (self) => {
    if (self.dtype === bool) return test(self, (x) => x === 0);
    if (isFloating(self.dtype)) throw unsupportedBits('bitwise_not_cpu', self);
    const out = emptyTensor(self.shape, self.dtype);
    const data = rowMajor(self);
    if (data instanceof BigInt64Array)
      data.forEach((x, i) => {
        out.storage.data[i] = ~x;
      });
    else
      data.forEach((x, i) => {
        out.storage.data[i] = ~x;
      });
    return out;
  },
});

const unsupportedBits = (kernel: string, self: Tensor): Error =>
  runtimeError(`"${kernel}" not implemented for '${self.dtype.scalar}'`);

function bitwise(op: typeof bitwiseAnd, name: string, number: Binary, big: (x: bigint, y: bigint) => bigint): void {
  const kernel = binary('common', number, big);
  define(op, {
    variants: { numbers: true, inplace: true, operators: [`__${name}__`, `__r${name}__`, `__i${name}__`] },
    kernel: (self, other) => {
      if (isFloating(self.dtype) || isFloating(other.dtype)) throw unsupportedBits(`bitwise_${name}_cpu`, self);
      return kernel(self, other);
    },
  });
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

define(equal, {
  kernel: (self, other) => {
    const x = rowMajor(self);
    const y = rowMajor(other);
    return (
      sameShape(self.shape, other.shape) && Array.from(x as ArrayLike<unknown>).every((value, i) => value === y[i])
    );
  },
});
