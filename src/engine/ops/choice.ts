/** Ops that let one operand or another through: maximum, clamp, where, masks. */
import { bool, uint8 } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { resultType, resultTypeOf } from '../promote.ts';
import { declare, define } from '../registry.ts';
import { broadcastShapes } from '../shape.ts';
import { broadcastTo } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import { type Scalar, wrapNumber } from '../values.ts';
import { div } from './arithmetic.ts';
import { cast } from './cast.ts';
import { eq, ge, gt, le, logicalAnd, logicalOr, lt } from './comparison.ts';
import { aligned, binary } from './pointwise.ts';

export const where = declare('where.self(Tensor condition, Tensor self, Tensor other) -> Tensor');
export const maximum = declare('maximum(Tensor self, Tensor other) -> Tensor');
export const minimum = declare('minimum(Tensor self, Tensor other) -> Tensor');
export const clampTensor = declare('clamp.Tensor(Tensor self, Tensor? min=None, Tensor? max=None) -> Tensor');
export const clamp = declare('clamp(Tensor self, Scalar? min=None, Scalar? max=None) -> Tensor');
export const clampMin = declare('clamp_min(Tensor self, Scalar min) -> Tensor');
export const clampMax = declare('clamp_max(Tensor self, Scalar max) -> Tensor');
export const maskedFill = declare('masked_fill.Scalar(Tensor self, Tensor mask, Scalar value) -> Tensor');

/** `g` where the condition holds, 0 elsewhere. */
export const masked = (g: Tensor, condition: Tensor): Tensor => where(condition, g, zeroLike(g));
const zeroLike = (g: Tensor): Tensor => emptyTensor([], g.dtype);

define(where, {
  variants: { numbers: true },
  kernel: (condition, self, other) => {
    if (condition.dtype !== bool && condition.dtype !== uint8) {
      throw runtimeError(
        `where expected condition to be a boolean tensor, but got a tensor with dtype ${condition.dtype.scalar}`,
      );
    }
    const dtype = resultType(self, other);
    const { shape } = aligned([condition, self, other], dtype);
    const mask = broadcastTo(condition, shape, bool);
    const x = broadcastTo(self, shape, dtype);
    const y = broadcastTo(other, shape, dtype);
    const out = emptyTensor(shape, dtype);
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

/** The gradient goes to the chosen operand; equal ones share it. A nan is chosen over anything. */
function chosen(
  op: typeof maximum,
  number: typeof Math.max,
  big: (x: bigint, y: bigint) => bigint,
  wins: typeof gt,
  sign: string,
): void {
  define(op, {
    kernel: binary('common', (x, y) => number(x, y), big),
    gradients: {
      self: {
        formula: `∂L/∂self = upstream where self ${sign} other, half of it where equal`,
        saves: ['self', 'other'],
        rule: (g, { self, other }) => share(g, self, other, wins),
      },
      other: {
        formula: `∂L/∂other = upstream where other ${sign} self, half of it where equal`,
        saves: ['self', 'other'],
        rule: (g, { self, other }) => share(g, other, self, wins),
      },
    },
  });
}

const share = (g: Tensor, winner: Tensor, loser: Tensor, wins: typeof gt): Tensor =>
  masked(where(eq(winner, loser), div(g, 2n), g), wins(winner, loser));

chosen(maximum, Math.max, (x, y) => (x > y ? x : y), ge as never, '>');
chosen(minimum as never, Math.min, (x, y) => (x < y ? x : y), le as never, '<');

/** Elements above `max` become it, elements below `min` become it; `max` wins where they cross. */
function clampKernel(self: Tensor, min: Tensor | null, max: Tensor | null): Tensor {
  if (min === null && max === null) throw runtimeError("torch.clamp: At least one of 'min' or 'max' must not be None");
  const all = [self, min, max].filter((tensor) => tensor !== null);
  const dtype = resultTypeOf(all);
  const shape = all.map((tensor) => tensor.shape).reduce(broadcastShapes);
  const out = emptyTensor(shape, dtype);
  const read = (tensor: Tensor | null): Float64Array | null =>
    tensor === null ? null : (broadcastTo(tensor, shape, dtype) as Float64Array);
  const [x, low, high] = [read(self)!, read(min), read(max)];
  const data = out.storage.data as Float64Array;
  for (let i = 0; i < data.length; i++) {
    let value = x[i]!;
    if (low !== null && value < low[i]!) value = low[i]!;
    if (high !== null && value > high[i]!) value = high[i]!;
    data[i] = value;
  }
  return out;
}

const number = (value: Scalar | null): Tensor | null => (value === null ? null : wrapNumber(value));

/** Where self lies within the bounds. */
function within(self: Tensor, min: Tensor | Scalar | null, max: Tensor | Scalar | null): Tensor {
  const above = min === null ? null : ge(self, min);
  const below = max === null ? null : le(self, max);
  return above === null ? below! : below === null ? above : logicalAnd(above, below);
}

define(clamp, {
  variants: { inplace: true },
  node: 'ClampBackward1',
  kernel: (self, min, max) => clampKernel(self, number(min), number(max)),
  gradients: {
    self: {
      formula: '∂L/∂self = upstream where min ≤ self ≤ max, else 0',
      saves: ['self'],
      rule: (g, { self, min, max }) => masked(g, within(self, min, max)),
    },
  },
});

define(clampTensor, {
  variants: { inplace: true },
  kernel: clampKernel,
  gradients: {
    self: {
      formula: '∂L/∂self = upstream where min ≤ self ≤ max, else 0',
      saves: ['self', 'min', 'max'],
      rule: (g, { self, min, max }) => masked(g, within(self, min, max)),
    },
    min: {
      formula: '∂L/∂min = upstream where self < min',
      saves: ['self', 'min', 'max'],
      rule: (g, { self, min, max }) =>
        masked(g, max === null ? lt(self, min!) : logicalAnd(lt(self, min!), lt(min!, max))),
    },
    max: {
      formula: '∂L/∂max = upstream where self > max',
      saves: ['self', 'min', 'max'],
      rule: (g, { self, min, max }) =>
        masked(g, min === null ? gt(self, max!) : logicalOr(gt(self, max!), lt(max!, min))),
    },
  },
});

define(clampMin, {
  variants: { inplace: true },
  kernel: (self, min) => clampKernel(self, number(min), null),
  gradients: {
    self: {
      formula: '∂L/∂self = upstream where self ≥ min, else 0',
      saves: ['self'],
      rule: (g, { self, min }) => masked(g, ge(self, min)),
    },
  },
});

define(clampMax, {
  variants: { inplace: true },
  kernel: (self, max) => clampKernel(self, null, number(max)),
  gradients: {
    self: {
      formula: '∂L/∂self = upstream where self ≤ max, else 0',
      saves: ['self'],
      rule: (g, { self, max }) => masked(g, le(self, max)),
    },
  },
});

define(maskedFill, {
  variants: { inplace: true },
  kernel: (self, mask, value) => {
    if (mask.dtype !== bool && mask.dtype !== uint8) {
      throw runtimeError(`masked_fill_ only supports boolean masks, but got mask with dtype ${mask.dtype.name}`);
    }
    const filled = where.def!.kernel(mask, cast(wrapNumber(value), self.dtype), self) as Tensor;
    return filled;
  },
  gradients: {
    self: {
      formula: '∂L/∂self = 0 where mask, else upstream',
      rule: (g, { mask }) => maskedFill(g, mask, 0n),
    },
  },
});
