/** Elements above `max` become it, elements below `min` become it; `max` wins where they cross. */
import { cppName, isComplex } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { resultTypeOf } from '../promote.ts';
import { alias, declare, define } from '../registry.ts';
import { broadcastShapes } from '../shape.ts';
import { broadcastTo } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import { Complex, type Scalar, wrapNumber } from '../values.ts';
import { masked, maximum, minimum } from './choice.ts';
import { ge, gt, le, logicalAnd, logicalOr, lt } from './comparison.ts';
import { type Limits, limits, requireKernel } from './limits.ts';

export const clamp = declare('clamp(Tensor self, Scalar? min=None, Scalar? max=None) -> Tensor');
export const clampTensor = declare('clamp.Tensor(Tensor self, Tensor? min=None, Tensor? max=None) -> Tensor');
export const clampMin = declare('clamp_min(Tensor self, Scalar min) -> Tensor');
export const clampMax = declare('clamp_max(Tensor self, Scalar max) -> Tensor');
const clampMinTensor = declare('clamp_min.Tensor(Tensor self, Tensor min) -> Tensor');
const clampMaxTensor = declare('clamp_max.Tensor(Tensor self, Tensor max) -> Tensor');

const NO_BOUND = "torch.clamp: At least one of 'min' or 'max' must not be None";

/** A nan among the elements stays; one among bounds that are tensors spreads. */
function clampKernel(self: Tensor, min: Tensor | null, max: Tensor | null, bounds: Limits): Tensor {
  const all = [self, min, max].filter((tensor) => tensor !== null);
  const dtype = resultTypeOf(all);
  requireKernel(bounds, dtype);
  const shape = all.map((tensor) => tensor.shape).reduce(broadcastShapes);
  const out = emptyTensor(shape, dtype);
  const read = (tensor: Tensor | null): Float64Array | null =>
    tensor === null ? null : (broadcastTo(tensor, shape, dtype) as Float64Array);
  const [x, low, high] = [read(self)!, read(min), read(max)];
  const data = out.storage.data as Float64Array;
  for (let i = 0; i < data.length; i++) data[i] = clampOne(x[i]!, low?.[i], high?.[i]);
  return out;
}

function clampOne(x: number, low: number | undefined, high: number | undefined): number {
  let value = x;
  if (low !== undefined && value < low) value = low;
  if (high !== undefined && value > high) value = high;
  return value;
}

const isNan = (value: Scalar | null): boolean => typeof value === 'number' && Number.isNaN(value);

/** A bound that is nan makes all elements nan, but not where it is the only bound of `clamp` itself. */
function clampScalars(self: Tensor, min: Scalar | null, max: Scalar | null, spreads: boolean): Tensor {
  if (isComplex(self.dtype)) throw runtimeError('clamp is not supported for complex types');
  if (min instanceof Complex || max instanceof Complex) {
    throw runtimeError('value cannot be converted to type float without overflow');
  }
  const number = (value: Scalar | null): Tensor | null => (value === null ? null : wrapNumber(value));
  const out = clampKernel(self, number(min), number(max), limits(kernelName(min, max), 'bool', 'half'));
  if (spreads && (isNan(min) || isNan(max))) out.storage.data.fill(Number.NaN as never);
  return out;
}

function kernelName(min: Scalar | null, max: Scalar | null): string {
  if (min !== null && max !== null) return 'clamp_scalar_cpu';
  return min === null ? 'clamp_max_scalar_cpu' : 'clamp_min_cpu';
}

/** Whether an element kept its value; a missing bound bounds nothing. */
function within(self: Tensor, min: Tensor | Scalar | null, max: Tensor | Scalar | null): Tensor {
  if (min === null) return le(self, max!);
  return max === null ? ge(self, min) : logicalAnd(ge(self, min), le(self, max));
}

define(clampTensor, {
  variants: { inplace: true },
  kernel: (self, min, max) => {
    if (min === null && max === null) throw runtimeError(NO_BOUND);
    refuseComplex(self, min, max);
    if (max === null) return maximum.def!.kernel(self, min!) as Tensor;
    if (min === null) return minimum.def!.kernel(self, max) as Tensor;
    const lower = clampKernel(self, min, max, limits('clamp_cpu', 'bool', 'half'));
    return spread(lower, [self, min, max]);
  },
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

/** In place the result must fit into self. */
function requireFit(self: Tensor, min: Scalar | null, max: Scalar | null): void {
  const bounds = [min, max].filter((bound) => bound !== null).map(wrapNumber);
  const dtype = resultTypeOf([self, ...bounds]);
  if (dtype.category <= self.dtype.category) return;
  throw runtimeError(`result type ${dtype.scalar} can't be cast to the desired output type ${cppName(self.dtype)}`);
}

define(clamp, {
  variants: { inplace: true },
  checkInplace: requireFit,
  node: 'ClampBackward1',
  kernel: (self, min, max) => {
    if (min === null && max === null) throw runtimeError(NO_BOUND);
    return clampScalars(self, min, max, min !== null && max !== null);
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream where min ≤ self ≤ max, else 0',
      saves: ['self'],
      rule: (g, { self, min, max }) => masked(g, within(self, min, max)),
    },
  },
});

function refuseComplex(...tensors: readonly (Tensor | null)[]): void {
  if (tensors.some((tensor) => tensor !== null && isComplex(tensor.dtype))) {
    throw runtimeError('clamp is not supported for complex types');
  }
}

/** A nan in any operand is a nan in the result. */
function spread(out: Tensor, operands: readonly Tensor[]): Tensor {
  if (out.dtype.category !== 2) return out;
  const data = out.storage.data as Float64Array;
  for (const operand of operands) {
    const values = broadcastTo(operand, out.shape, out.dtype) as Float64Array;
    for (let i = 0; i < data.length; i++) if (Number.isNaN(values[i]!)) data[i] = Number.NaN;
  }
  return out;
}

define(clampMinTensor, {
  variants: { inplace: true },
  node: 'ClampMinBackward1',
  kernel: (self, min) => {
    requireKernel(limits('maximum_cpu', 'complex'), self.dtype);
    return maximum.def!.kernel(self, min) as Tensor;
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream where self ≥ min, else 0',
      saves: ['self', 'min'],
      rule: (g, { self, min }) => masked(g, ge(self, min)),
    },
    min: {
      formula: '∂L/∂min = upstream where self < min, else 0',
      saves: ['self', 'min'],
      rule: (g, { self, min }) => masked(g, lt(self, min)),
    },
  },
});

define(clampMin, {
  variants: { inplace: true },
  kernel: (self, min) => clampScalars(self, min, null, true),
  gradients: {
    self: {
      formula: '∂L/∂self = upstream where self ≥ min, else 0',
      saves: ['self'],
      rule: (g, { self, min }) => masked(g, ge(self, min)),
    },
  },
});

define(clampMaxTensor, {
  variants: { inplace: true },
  node: 'ClampMaxBackward1',
  kernel: (self, max) => {
    requireKernel(limits('minimum_cpu', 'complex'), self.dtype);
    return minimum.def!.kernel(self, max) as Tensor;
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream where self ≤ max, else 0',
      saves: ['self', 'max'],
      rule: (g, { self, max }) => masked(g, le(self, max)),
    },
    max: {
      formula: '∂L/∂max = upstream where self > max, else 0',
      saves: ['self', 'max'],
      rule: (g, { self, max }) => masked(g, gt(self, max)),
    },
  },
});

define(clampMax, {
  variants: { inplace: true },
  kernel: (self, max) => clampScalars(self, null, max, true),
  gradients: {
    self: {
      formula: '∂L/∂self = upstream where self ≤ max, else 0',
      saves: ['self'],
      rule: (g, { self, max }) => masked(g, le(self, max)),
    },
  },
});

alias(clamp, 'clip');
