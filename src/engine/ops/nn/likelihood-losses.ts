/** Likelihoods of distributions, and the divergence between two. */
import { context, quietly } from '../../context.ts';
import { isComplex } from '../../dtype.ts';
import { runtimeError, valueError } from '../../errors.ts';
import { assignRaw } from '../../inplace.ts';
import { declare, define } from '../../registry.ts';
import { sameShape } from '../../shape.ts';
import { type NumberData, rowMajor } from '../../strided.ts';
import type { Tensor } from '../../tensor.ts';
import { wrapNumber } from '../../values.ts';
import { add, div, mul, sub } from '../arithmetic.ts';
import { clone } from '../cast.ts';
import { clampMin, maskedFill } from '../choice.ts';
import { eq, le, logicalAnd } from '../comparison.ts';
import { exp, log } from '../exponential.ts';
import { unsqueeze } from '../movement.ts';
import { pow } from '../powers.ts';
import { pairFloat, refuseDType } from './elementwise.ts';
import { face, internal } from './face.ts';
import { reduced, reductionOf } from './loss-reduction.ts';

const FLAGS = 'bool? size_average=None, bool? reduce=None';

/** Of the two losses whose own message for a bad reduction is shorter. */
function checkReduction(reduction: string): void {
  if (!['none', 'mean', 'sum'].includes(reduction)) throw valueError(`${reduction} is not valid`);
}

/** Stirling's approximation of ln(target!). */
const stirling = (target: Tensor): Tensor =>
  add(sub(mul(target, log(target)), target), mul(log(mul(target, 2 * Math.PI)), 0.5));

face(
  "poisson_nll_loss(Tensor input, Tensor target, bool log_input=True, bool full=False, bool? size_average=None, float eps=1e-08, bool? reduce=None, str reduction='mean') -> Tensor",
  (input, target, logInput, full, sizeAverage, eps, reduce, reduction) => {
    if (sizeAverage === null && reduce === null) checkReduction(reduction);
    const how = reductionOf(sizeAverage, reduce, reduction);
    const fitted = mul(target, logInput ? input : log(add(input, eps)));
    const loss = sub(logInput ? exp(input) : input, fitted);
    return reduced(full ? add(loss, maskedFill(stirling(target), le(target, 1n), 0n)) : loss, how);
  },
);

face(
  "gaussian_nll_loss(Tensor input, Tensor target, Tensor var, bool full=False, float eps=1e-06, str reduction='mean') -> Tensor",
  (input, target, variance, full, eps, reduction) => {
    const own = clone(fitVariance(input, variance, reduction));
    refuseVariance(own);
    quietly(() => assignRaw(own, clampMin(own, eps)));
    const loss = mul(add(log(own), div(pow(sub(input, target), 2n), own)), wrapNumber(0.5));
    return reduced(full ? add(loss, wrapNumber(0.5 * Math.log(2 * Math.PI))) : loss, reduction);
  },
);

/** As C++ names the types that the least variance, a float, cannot be written into. */
const C_NAMES: Readonly<Record<string, string>> = {
  int64: 'long int',
  int32: 'int',
  int16: 'short int',
  int8: 'signed char',
  uint8: 'unsigned char',
  bool: 'bool',
};

function refuseVariance({ dtype }: Tensor): void {
  const name = C_NAMES[dtype.name];
  if (name === undefined) return;
  throw runtimeError(`result type ${context.defaultDtype.scalar} can't be cast to the desired output type ${name}`);
}

/** The variance per element, or per row: then with a last dimension that broadcasts. */
function fitVariance(input: Tensor, variance: Tensor, reduction: string): Tensor {
  let fitted = variance;
  if (!sameShape(variance.shape, input.shape)) {
    const rows = input.shape.slice(0, -1);
    if (sameShape(rows, variance.shape)) fitted = unsqueeze(variance, -1);
    else if (!(sameShape(rows, variance.shape.slice(0, -1)) && variance.shape.at(-1) === 1)) {
      throw valueError('var is of incorrect size');
    }
  }
  if (!['none', 'mean', 'sum'].includes(reduction)) throw valueError(`${reduction} is not valid`);
  if (isComplex(variance.dtype)) refuseDType('lt_cpu', variance.dtype);
  if ((rowMajor(variance) as NumberData).some((value) => value < 0)) {
    throw valueError('var has negative entry/entries');
  }
  return fitted;
}

/** self · ln(other), which is 0 where self is 0. */
const xlogy = declare('xlogy(Tensor self, Tensor other) -> Tensor');

define(xlogy, {
  ...internal,
  kernel: (self, other) =>
    pairFloat('xlogy_cpu', self, other, (round) => (x, y) => {
      if (Number.isNaN(y)) return y;
      return x === 0 ? 0 : x * round(Math.log(y));
    }),
  gradients: {
    self: {
      formula: '∂L/∂self = upstream · ln(other)',
      saves: ['self', 'other'],
      rule: (g, { self, other }) => mul(g, maskedFill(log(other), logicalAnd(eq(self, 0n), le(other, 0n)), 0n)),
    },
    other: {
      formula: '∂L/∂other = upstream · self / other',
      saves: ['self', 'other'],
      rule: (g, { self, other }) => div(mul(g, self), other),
    },
  },
});

face(
  `kl_div(Tensor input, Tensor target, ${FLAGS}, str reduction='mean', bool log_target=False) -> Tensor`,
  (input, target, sizeAverage, reduce, reduction, logTarget) => {
    const batch = reduction === 'batchmean' && sizeAverage === null && reduce === null;
    const how = batch ? 'sum' : reductionOf(sizeAverage, reduce, reduction);
    const losses = logTarget ? mul(exp(target), sub(target, input)) : sub(xlogy(target, target), mul(target, input));
    const total = reduced(losses, how);
    return batch && input.rank > 0 ? div(total, wrapNumber(BigInt(input.shape[0]!))) : total;
  },
);
