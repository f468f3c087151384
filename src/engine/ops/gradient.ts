/** `torch.gradient`: the derivative of sampled values, by differences between neighbours (second order inside; at the ends as asked). */
import { uint8 } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { declare, define } from '../registry.ts';
import { wrapDim } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import type { Scalar } from '../values.ts';
import { add, div, mul, neg, sub } from './arithmetic.ts';
import { cat } from './joining.ts';
import { slice, view } from './movement.ts';
import { reducedDims } from './reduction.ts';

const ofNumber = declare(
  'gradient.scalarint(Tensor self, *, Scalar? spacing=None, int? dim=None, int edge_order=1) -> Tensor[]',
);
const ofNumberDims = declare(
  'gradient.scalararray(Tensor self, *, Scalar spacing, int[] dim, int edge_order=1) -> Tensor[]',
);
const ofDims = declare('gradient.array(Tensor self, *, int[] dim, int edge_order=1) -> Tensor[]');
const ofNumbers = declare(
  'gradient.scalarrayint(Tensor self, *, Scalar[] spacing, int? dim=None, int edge_order=1) -> Tensor[]',
);
const ofNumbersDims = declare(
  'gradient.scalarrayarray(Tensor self, *, Scalar[] spacing, int[] dim, int edge_order=1) -> Tensor[]',
);
const ofPoints = declare(
  'gradient.tensorarrayint(Tensor self, *, Tensor[] spacing, int? dim=None, int edge_order=1) -> Tensor[]',
);
const ofPointsDims = declare(
  'gradient.tensorarray(Tensor self, *, Tensor[] spacing, int[] dim, int edge_order=1) -> Tensor[]',
);

const refuse = (what: string): never => {
  throw runtimeError(`torch.gradient ${what}`);
};

/** Combinations of slices along a dimension: Σ factor · slice from `start` to `end`. */
type Factor = Scalar | Tensor;

/** Three neighbours in turn, each times its factor. */
function combined(self: Tensor, dim: number, from: number, factors: readonly Factor[], n: number): Tensor {
  const parts = factors.map((factor, i) => {
    const part = slice(self, dim, from + i, from + i + n);
    return typeof factor === 'object' && 'storage' in factor ? mul(factor, part) : mul(part, factor);
  });
  return parts.reduce((a, b) => add(a, b));
}

/** Evenly spaced samples. */
function even(self: Tensor, dim: number, step: Scalar, edgeOrder: number): Tensor {
  const n = self.shape[dim]!;
  const at = (i: number): Tensor => slice(self, dim, i, i + 1);
  const inside = div(div(sub(slice(self, dim, 2), slice(self, dim, 0, -2)), step), 2n);
  if (edgeOrder === 1) {
    return cat([div(sub(at(1), at(0)), step), inside, div(sub(at(n - 1), at(n - 2)), step)], dim);
  }
  const first = sub(add(mul(at(0), -1.5), mul(at(1), 2n)), mul(at(2), 0.5));
  const last = add(sub(mul(at(n - 3), 0.5), mul(at(n - 2), 2n)), mul(at(n - 1), 1.5));
  return cat([div(first, step), inside, div(last, step)], dim);
}

/**
 * Samples at points of their own. The factors are those of the parabola through three neighbours at distances h and k
 * (B. Fornberg, "Generation of finite difference formulas on arbitrarily spaced grids", 1988).
 */
function uneven(self: Tensor, dim: number, points: Tensor, edgeOrder: number): Tensor {
  const n = self.shape[dim]!;
  const steps = sub(slice(points, 0, 1), slice(points, 0, 0, -1));
  const shaped = (x: Tensor): Tensor =>
    view(
      x,
      self.shape.map((_, d) => (d === dim ? -1 : 1)),
    );
  const step = (i: number): Tensor => shaped(slice(steps, 0, i, i + 1));
  const at = (i: number): Tensor => slice(self, dim, i, i + 1);
  const inside = combined(
    self,
    dim,
    0,
    insideFactors(shaped(slice(steps, 0, 0, -1)), shaped(slice(steps, 0, 1))),
    n - 2,
  );
  if (edgeOrder === 1) {
    return cat([div(sub(at(1), at(0)), step(0)), inside, div(sub(at(n - 1), at(n - 2)), step(n - 2))], dim);
  }
  const first = combined(self, dim, 0, firstFactors(step(0), step(1)), 1);
  const last = combined(
    self,
    dim,
    n - 3,
    firstFactors(step(n - 2), step(n - 3))
      .toReversed()
      .map(neg),
    1,
  );
  return cat([first, inside, last], dim);
}

function insideFactors(h: Tensor, k: Tensor): Tensor[] {
  const both = add(h, k);
  return [neg(div(k, mul(h, both))), div(sub(k, h), mul(h, k)), div(h, mul(k, both))];
}

function firstFactors(h: Tensor, k: Tensor): Tensor[] {
  const both = add(h, k);
  return [neg(div(add(mul(h, 2n), k), mul(h, both))), div(both, mul(h, k)), neg(div(h, mul(k, both)))];
}

/** The dimensions; all where none is named. */
const dimsOf = (self: Tensor, dim: number | readonly number[] | null): number[] =>
  dim === null
    ? self.shape.map((_, d) => d)
    : (typeof dim === 'number' ? [dim] : [...dim]).map((d) => wrapDim(d, self.rank));

function check(self: Tensor, spacings: number | null, dim: number | readonly number[] | null, edgeOrder: number): void {
  if (self.dtype === uint8) refuse('does not support uint8 input.');
  if (spacings !== null) {
    if (dim === null && spacings !== self.rank)
      refuse(
        `expected spacing to be unspecified, a scalar or a list of length ${self.rank} but got a list of length ${spacings}`,
      );
    const dims = dim === null ? spacings : typeof dim === 'number' ? 1 : dim.length;
    if (spacings !== dims)
      refuse(
        `expected spacing to be unspecified, a scalar or it's spacing and dim arguments to have the same length, but got a spacing argument of length ${spacings} and a dim argument of length ${dims}.`,
      );
  }
  if (edgeOrder !== 1 && edgeOrder !== 2) refuse('only supports edge_order=1 and edge_order=2.');
  if (dim !== null) reducedDims(typeof dim === 'number' ? [dim] : dim, self.rank);
  if (dimsOf(self, dim).some((d) => self.shape[d]! <= edgeOrder))
    refuse('expected each dimension size to be at least edge_order+1');
}

/** The gradient along each dimension; `spacing` of length 1 holds for all. */
function byNumbers(
  self: Tensor,
  spacing: readonly Scalar[],
  listed: boolean,
  dim: number | readonly number[] | null,
  edgeOrder: number,
): readonly Tensor[] {
  check(self, listed ? spacing.length : null, dim, edgeOrder);
  return dimsOf(self, dim).map((d, i) => even(self, d, listed ? spacing[i]! : spacing[0]!, edgeOrder));
}

function byPoints(
  self: Tensor,
  points: readonly Tensor[],
  dim: number | readonly number[] | null,
  edgeOrder: number,
): readonly Tensor[] {
  check(self, points.length, dim, edgeOrder);
  for (const one of points) {
    if (one.rank !== 1)
      refuse(`expected each element of spacing to have one dimension, but got an element with ${one.rank} dimensions!`);
  }
  return dimsOf(self, dim).map((d, i) => uneven(self, d, points[i]!, edgeOrder));
}

const functions = { variants: { method: false }, composite: true } as const;

define(ofNumber, {
  ...functions,
  kernel: (self, spacing, dim, edgeOrder) => byNumbers(self, [spacing ?? 1n], false, dim, edgeOrder),
});
define(ofNumberDims, {
  ...functions,
  kernel: (self, spacing, dim, edgeOrder) => byNumbers(self, [spacing], false, dim, edgeOrder),
});
define(ofDims, {
  ...functions,
  kernel: (self, dim, edgeOrder) => byNumbers(self, [1n], false, dim, edgeOrder),
});
define(ofNumbers, {
  ...functions,
  kernel: (self, spacing, dim, edgeOrder) => byNumbers(self, spacing, true, dim, edgeOrder),
});
define(ofNumbersDims, {
  ...functions,
  kernel: (self, spacing, dim, edgeOrder) => byNumbers(self, spacing, true, dim, edgeOrder),
});
define(ofPoints, { ...functions, kernel: byPoints });
define(ofPointsDims, { ...functions, kernel: byPoints });
