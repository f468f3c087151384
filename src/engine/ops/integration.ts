/** Integrals by the trapezoidal rule, and derivatives by differences, along dimensions. */
import { bool } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { alias, declare, define } from '../registry.ts';
import { wrapDim } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { Complex, type Scalar } from '../values.ts';
import { add, div, mul, sub } from './arithmetic.ts';
import { cumsum } from './cumulative.ts';
import { select, slice, view } from './movement.ts';
import { zerosLike } from './raw.ts';
import { sumDim } from './reduction.ts';

const trapezoid = declare('trapezoid.x(Tensor y, Tensor x, *, int dim=-1) -> Tensor');
const trapezoidStep = declare('trapezoid.dx(Tensor y, *, Scalar dx=1, int dim=-1) -> Tensor');
const running = declare('cumulative_trapezoid.x(Tensor y, Tensor x, *, int dim=-1) -> Tensor');
const runningStep = declare('cumulative_trapezoid.dx(Tensor y, *, Scalar dx=1, int dim=-1) -> Tensor');

const functions = { variants: { method: false }, composite: true } as const;

function refuseBool(name: string, what: string, ...tensors: readonly Tensor[]): void {
  if (tensors.some(({ dtype }) => dtype === bool))
    throw runtimeError(`${name}: received a bool input for ${what}, but bool is not supported`);
}

function refuseComplexStep(name: string, dx: Scalar): void {
  if (dx instanceof Complex || typeof dx === 'boolean')
    throw runtimeError(`${name}: Currently, we only support dx as a real number.`);
}

/** The distances between the points, along `dim` of `y`. */
function steps(name: string, y: Tensor, x: Tensor, dim: number): Tensor {
  const shaped = x.rank === 1 ? alongDim(name, y, x, dim) : x.rank < y.rank ? padded(x, y.rank) : x;
  return sub(slice(shaped, dim, 1), slice(shaped, dim, 0, -1));
}

function alongDim(name: string, y: Tensor, x: Tensor, dim: number): Tensor {
  if (x.shape[0] !== y.shape[wrapDim(dim, y.rank)])
    throw runtimeError(`${name}: There must be one \`x\` value for each sample point`);
  return view(
    x,
    y.shape.map((_, d) => (d === wrapDim(dim, y.rank) ? x.numel : 1)),
  );
}

const padded = (x: Tensor, rank: number): Tensor => view(x, [...new Array<number>(rank - x.rank).fill(1), ...x.shape]);

/** Neighbours added up. */
const pairs = (y: Tensor, dim: number): Tensor => add(slice(y, dim, 0, -1), slice(y, dim, 1));

const isEmptyAlong = (y: Tensor, dim: number): boolean => y.shape[wrapDim(dim, y.rank)] === 0;

define(trapezoidStep, {
  ...functions,
  kernel: (y, dx, dim) => {
    refuseBool('trapezoid', '`y`', y);
    refuseComplexStep('trapezoid', dx);
    if (isEmptyAlong(y, dim)) return zerosLike(y, y.shape.toSpliced(wrapDim(dim, y.rank), 1));
    const ends = mul(add(select(y, dim, 0), select(y, dim, -1)), 0.5);
    return mul(sub(sumDim(y, [dim]), ends), dx);
  },
});

define(trapezoid, {
  ...functions,
  kernel: (y, x, dim) => {
    refuseBool('trapezoid', '`x` or `y`', x, y);
    if (isEmptyAlong(y, dim)) return zerosLike(y, y.shape.toSpliced(wrapDim(dim, y.rank), 1));
    return div(sumDim(mul(pairs(y, dim), steps('trapezoid', y, x, dim)), [dim]), 2);
  },
});

define(runningStep, {
  ...functions,
  kernel: (y, dx, dim) => {
    refuseBool('cumulative_trapezoid', '`y`', y);
    refuseComplexStep('cumulative_trapezoid', dx);
    return cumsum(mul(pairs(y, dim), Number(dx) / 2), dim);
  },
});

define(running, {
  ...functions,
  kernel: (y, x, dim) => {
    refuseBool('cumulative_trapezoid', '`x` or `y`', x, y);
    return div(cumsum(mul(pairs(y, dim), steps('cumulative_trapezoid', y, x, dim)), dim), 2);
  },
});

alias(trapezoid, 'trapz');
