/** Comparisons and logic: bool results, nothing to differentiate. */
import { bool } from '../dtype.ts';
import { alias, declare, define } from '../registry.ts';
import { sameShape } from '../shape.ts';
import { rowMajor } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import { wrapNumber } from '../values.ts';
import { limits, refuseComplex } from './limits.ts';
import { type Binary, type BinaryComplex, binary, z } from './pointwise.ts';
import { zerosLike } from './raw.ts';

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
export const isnan = declare('isnan(Tensor self) -> Tensor');
export const isinf = declare('isinf(Tensor self) -> Tensor');
export const isfinite = declare('isfinite(Tensor self) -> Tensor');
const isreal = declare('isreal(Tensor self) -> Tensor');
const isposinf = declare('isposinf(Tensor self) -> Tensor');
const isneginf = declare('isneginf(Tensor self) -> Tensor');
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
  const name = nameOf(op);
  const kernel = binary('compare', number as unknown as Binary, big, null, complex, limits(`${name}_cpu`));
  if (operator === undefined) {
    define(op as Comparison, { variants: { inplace: true }, kernel });
    return;
  }
  const variants = { inplace: true, operators: [operator] };
  const camel = name[0]!.toUpperCase() + name.slice(1);
  define(op as Comparison, { variants, node: `${camel}Backward1`, kernel, gradients: { self: none, other: none } });
  define(declare(`${name}.Scalar(Tensor self, Scalar other) -> Tensor` as 'x(Tensor self, Scalar other) -> Tensor'), {
    variants,
    node: `${camel}Backward0`,
    kernel: (self, other) => kernel(self, wrapNumber(other)),
    gradients: { self: none },
  });
}

/** Of the form that writes its bools over a floating tensor. */
const none = { formula: '∂L/∂self = 0', rule: (g: Tensor) => zerosLike(g) };

const nameOf = (op: { readonly schema: string }): string => /^\w+/.exec(op.schema)![0];

/** Logic of complex numbers: one that is not 0 is true. */
const logic =
  (holds: (x: boolean, y: boolean) => boolean): BinaryComplex =>
  (a, b, c, d) => {
    z.re = Number(holds(a !== 0 || b !== 0, c !== 0 || d !== 0));
  };

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
  undefined,
  logic((x, y) => x && y),
);
compare(
  logicalOr as never,
  (x, y) => x !== 0 || y !== 0,
  (x, y) => x !== 0n || y !== 0n,
  undefined,
  logic((x, y) => x || y),
);
compare(
  logicalXor as never,
  (x, y) => (x !== 0) !== (y !== 0),
  (x, y) => (x !== 0n) !== (y !== 0n),
  undefined,
  logic((x, y) => x !== y),
);

/** A test of each element; of both parts of a complex one. */
function test(self: Tensor, holds: (re: number, im: number) => boolean): Tensor {
  const out = emptyTensor(self.shape, bool);
  const data = rowMajor(self);
  const { lanes } = self.dtype;
  for (let i = 0; i < data.length; i += lanes) {
    out.storage.data[i / lanes] = holds(Number(data[i]), lanes === 2 ? Number(data[i + 1]) : 0) ? 1 : 0;
  }
  return out;
}

const isInfinite = (x: number): boolean => Math.abs(x) === Number.POSITIVE_INFINITY;

define(logicalNot, { variants: { inplace: true }, kernel: (self) => test(self, (re, im) => re === 0 && im === 0) });
define(isnan, { kernel: (self) => test(self, (re, im) => Number.isNaN(re) || Number.isNaN(im)) });
define(isinf, { kernel: (self) => test(self, (re, im) => isInfinite(re) || isInfinite(im)) });
define(isfinite, { kernel: (self) => test(self, (re, im) => Number.isFinite(re) && Number.isFinite(im)) });
define(isreal, { kernel: (self) => test(self, (_, im) => im === 0) });
define(isposinf, {
  kernel: (self) => {
    refuseComplex(self.dtype, 'isposinf does not support complex inputs.');
    return test(self, (x) => x === Number.POSITIVE_INFINITY);
  },
});
define(isneginf, {
  kernel: (self) => {
    refuseComplex(self.dtype, 'isneginf does not support complex inputs.');
    return test(self, (x) => x === Number.NEGATIVE_INFINITY);
  },
});

define(equal, {
  kernel: (self, other) => {
    const x = rowMajor(self);
    const y = rowMajor(other);
    return (
      sameShape(self.shape, other.shape) && Array.from(x as ArrayLike<unknown>).every((value, i) => value === y[i])
    );
  },
});

const names: readonly (readonly [Comparison, string])[] = [
  [ne as never, 'not_equal'],
  [lt as never, 'less'],
  [le as never, 'less_equal'],
  [gt as never, 'greater'],
  [ge as never, 'greater_equal'],
];
for (const [op, name] of names) alias(op, name);
