/** Ops that let one operand or another through: maximum, clamp, where, masks. */
import { bool, uint8 } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { resultType } from '../promote.ts';
import { declare, define } from '../registry.ts';
import { broadcastShapes } from '../shape.ts';
import { broadcastTo } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import { wrapNumber } from '../values.ts';
import { div } from './arithmetic.ts';
import { cast } from './cast.ts';
import { chooseRows } from './choosing.ts';
import { eq, ge, gt, isnan, le, logicalNot, logicalOr, lt } from './comparison.ts';
import { limits, refuseComplex } from './limits.ts';
import { nonzero } from './masking.ts';
import { binary } from './pointwise.ts';
import { unbind } from './splitting.ts';

export const where = declare('where.self(Tensor condition, Tensor self, Tensor other) -> Tensor');
export const maximum = declare('maximum(Tensor self, Tensor other) -> Tensor');
const fmax = declare('fmax(Tensor self, Tensor other) -> Tensor');
const fmin = declare('fmin(Tensor self, Tensor other) -> Tensor');
export const minimum = declare('minimum(Tensor self, Tensor other) -> Tensor');
export const maskedFill = declare('masked_fill.Scalar(Tensor self, Tensor mask, Scalar value) -> Tensor');
export const maskedFillTensor = declare('masked_fill.Tensor(Tensor self, Tensor mask, Tensor value) -> Tensor');

export { clamp, clampMax, clampMin } from './clamp.ts';

/** `g` where the condition holds, 0 elsewhere. */
export const masked = (g: Tensor, condition: Tensor): Tensor => where(condition, g, zeroLike(g));
const zeroLike = (g: Tensor): Tensor => emptyTensor([], g.dtype);

const select = declare('where(Tensor condition) -> Tensor[]');
const whereSelf = declare('where.ScalarSelf(Tensor condition, Scalar self, Tensor other) -> Tensor');
const whereOther = declare('where.ScalarOther(Tensor condition, Tensor self, Scalar other) -> Tensor');
const whereBoth = declare('where.Scalar(Tensor condition, Scalar self, Scalar other) -> Tensor');
const whereMethod = declare('where(Tensor self, Tensor condition, Tensor other) -> Tensor');

/** The places where the condition holds, as one tensor of indices for each dimension. */
define(select, { variants: { method: false }, composite: true, kernel: (condition) => unbind(nonzero(condition), 1) });

define(where, {
  variants: { method: false },
  kernel: (condition, self, other) => {
    if (condition.dtype !== bool && condition.dtype !== uint8) {
      throw runtimeError(
        `where expected condition to be a boolean tensor, but got a tensor with dtype ${condition.dtype.scalar}`,
      );
    }
    const dtype = resultType(self, other);
    const shape = [condition, self, other].map((one) => one.shape).reduce(broadcastShapes);
    const out = emptyTensor(shape, dtype, false);
    if (chooseRows(condition, self, other, shape, out)) return out;
    const mask = broadcastTo(condition, shape, bool);
    const x = broadcastTo(self, shape, dtype);
    const y = broadcastTo(other, shape, dtype);
    const data = out.storage.data as Float64Array;
    if (dtype.lanes === 1) for (let i = 0; i < data.length; i++) data[i] = (mask[i] ? x[i] : y[i]) as number;
    else for (let i = 0; i < data.length; i++) data[i] = (mask[i >> 1] ? x[i] : y[i]) as number;
    return out;
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream where condition, else 0',
      rule: (g, { condition }) => masked(g, condition),
    },
    other: {
      formula: '∂L/∂other = 0 where condition, else upstream',
      rule: (g, { condition }) => where(condition, zeroLike(g), g),
    },
  },
});

const composed = { variants: { method: false, out: false }, composite: true } as const;
define(whereSelf, { ...composed, kernel: (condition, self, other) => where(condition, wrapNumber(self), other) });
define(whereOther, { ...composed, kernel: (condition, self, other) => where(condition, self, wrapNumber(other)) });
define(whereBoth, {
  ...composed,
  kernel: (condition, self, other) => where(condition, wrapNumber(self), wrapNumber(other)),
});
define(whereMethod, {
  variants: { namespace: null },
  composite: true,
  kernel: (self, condition, other) => where(condition, self, other),
});

const nameOf = (op: { readonly schema: string }): string => op.schema.slice(0, op.schema.indexOf('('));

/** The gradient goes to the chosen operand; equal ones share it. A nan is chosen over anything. */
function chosen(
  op: typeof maximum,
  number: typeof Math.max,
  big: (x: bigint, y: bigint) => bigint,
  loses: typeof gt,
  sign: string,
): void {
  const name = nameOf(op);
  const kernel = binary('common', number, big, null, null, limits(`${name}_cpu`));
  define(op, {
    kernel: (self, other) => {
      for (const { dtype } of [self, other]) refuseComplex(dtype, `${name} not implemented for complex tensors.`);
      return kernel(self, other);
    },
    gradients: {
      self: {
        formula: `∂L/∂self = upstream where self ${sign} other, half of it where equal`,
        saves: ['self', 'other'],
        rule: (g, { self, other }) => share(g, self, other, loses),
      },
      other: {
        formula: `∂L/∂other = upstream where other ${sign} self, half of it where equal`,
        saves: ['self', 'other'],
        rule: (g, { self, other }) => share(g, other, self, loses),
      },
    },
  });
}

const share = (g: Tensor, own: Tensor, other: Tensor, loses: typeof gt): Tensor =>
  maskedFill(where(eq(own, other), div(g, 2n), g), loses(own, other), 0n);

/** Like `chosen`, but a nan gives way to a number, and of equal ones self gets all of the gradient. */
function numbersFirst(
  op: typeof maximum,
  better: typeof Math.max,
  big: (x: bigint, y: bigint) => bigint,
  wins: typeof gt,
  sign: string,
): void {
  const name = nameOf(op);
  const kernel = binary('common', (x, y) => (Number.isNaN(x) ? y : Number.isNaN(y) ? x : better(x, y)), big);
  const isSelf = (self: Tensor, other: Tensor): Tensor => logicalOr(wins(self, other), isnan(other));
  define(op, {
    kernel: (self, other) => {
      for (const { dtype } of [self, other]) refuseComplex(dtype, `${name} not implemented for complex tensors.`);
      return kernel(self, other);
    },
    gradients: {
      self: {
        formula: `∂L/∂self = upstream where self ${sign} other or other is nan`,
        saves: ['self', 'other'],
        rule: (g, { self, other }) => maskedFill(g, logicalNot(isSelf(self, other)), 0n),
      },
      other: {
        formula: `∂L/∂other = upstream where not self ${sign} other, and other is no nan`,
        saves: ['self', 'other'],
        rule: (g, { self, other }) => maskedFill(g, isSelf(self, other), 0n),
      },
    },
  });
}

chosen(maximum, Math.max, (x, y) => (x > y ? x : y), lt as never, '>');
numbersFirst(fmax as never, Math.max, (x, y) => (x > y ? x : y), ge as never, '≥');
numbersFirst(fmin as never, Math.min, (x, y) => (x < y ? x : y), le as never, '≤');
chosen(minimum as never, Math.min, (x, y) => (x < y ? x : y), gt, '<');

function filledWhere(self: Tensor, mask: Tensor, value: Tensor): Tensor {
  if (mask.dtype !== bool && mask.dtype !== uint8) {
    throw runtimeError(`masked_fill_ only supports boolean masks, but got mask with dtype ${mask.dtype.name}`);
  }
  if (self.dtype.category < 3 && value.dtype.category === 3) {
    throw runtimeError(
      `value cannot be converted to type ${C_NAMES[self.dtype.name] ?? self.dtype.name} without overflow`,
    );
  }
  return where.def!.kernel(mask, cast(value, self.dtype), self) as Tensor;
}

const C_NAMES: Readonly<Record<string, string>> = {
  float32: 'float',
  float64: 'double',
  int64: 'int64_t',
  int32: 'int',
};

const unmasked = {
  formula: '∂L/∂self = 0 where mask, else upstream',
  rule: (g: Tensor, { mask }: { mask: Tensor }) => maskedFill(g, mask, 0n),
} as const;

define(maskedFill, {
  variants: { inplace: true },
  kernel: (self, mask, value) => filledWhere(self, mask, wrapNumber(value)),
  gradients: { self: unmasked },
});

define(maskedFillTensor, {
  variants: { inplace: true },
  node: 'MaskedFillBackward1',
  kernel: (self, mask, value) => {
    if (value.rank > 0) {
      throw runtimeError(
        `masked_fill_ only supports a 0-dimensional value tensor, but got tensor with ${value.rank} dimension(s).`,
      );
    }
    return filledWhere(self, mask, value);
  },
  gradients: {
    self: unmasked,
    value: { formula: '∂L/∂value = Σ upstream where mask', rule: (g, { mask }) => masked(g, mask) },
  },
});
