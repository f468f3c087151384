/** How variables vary together: rows are variables, columns are observations. */
import { bool, int64, isComplex, isFloating } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { item } from '../item.ts';
import { declare, define } from '../registry.ts';
import { rowMajor } from '../strided.ts';
import type { Tensor } from '../tensor.ts';
import { div, mul, sub } from './arithmetic.ts';
import { clamp } from './choice.ts';
import { complex, conj, imag, real } from './complex.ts';
import { diag } from './diagonal-matrices.ts';
import { sqrt } from './exponential.ts';
import { squeeze, t, unsqueeze, view } from './movement.ts';
import { fromData } from './pointwise.ts';
import { mm } from './products.ts';
import { zerosLike } from './raw.ts';
import { sum, sumDim } from './reduction.ts';

const cov = declare('cov(Tensor self, *, int correction=1, Tensor? fweights=None, Tensor? aweights=None) -> Tensor');
const corrcoef = declare('corrcoef(Tensor self) -> Tensor');

const refuse = (what: string): never => {
  throw runtimeError(`cov(): ${what}`);
};

function checkWeights(name: 'fweights' | 'aweights', weights: Tensor, observations: number): void {
  if (weights.rank > 1)
    refuse(`expected ${name} to have one or fewer dimensions but got ${name} with ${weights.rank} dimensions`);
  const fits = name === 'fweights' ? weights.dtype.category < 2 && weights.dtype !== bool : isFloating(weights.dtype);
  if (!fits) {
    const kind = name === 'fweights' ? 'integral' : 'floating point';
    refuse(`expected ${name} to have ${kind} dtype but got ${name} with ${weights.dtype.scalar} dtype`);
  }
  if (weights.numel !== observations)
    refuse(
      `expected ${name} to have the same numel as there are observations in the input but got ${weights.numel} != ${observations}`,
    );
  if (Array.from(rowMajor(weights) as ArrayLike<number | bigint>).some((weight) => weight < 0))
    refuse(`${name} cannot be negative`);
}

const count = (n: number): Tensor => fromData(BigInt64Array.of(BigInt(n)), [], int64);

/** The number of observations less the degrees of freedom that the mean took; nothing below zero. */
function freedom(total: Tensor, weights: Tensor | null, aweights: Tensor | null, correction: number): Tensor {
  const lost = BigInt(correction);
  const left =
    weights !== null && aweights !== null && correction !== 0
      ? sub(total, div(mul(sum(mul(weights, aweights)), lost), total))
      : sub(total, lost);
  return Number(item(left)) <= 0 ? zerosLike(left) : left;
}

define(cov, {
  composite: true,
  kernel: (self, correction, fweights, aweights) => {
    if (self.rank > 2)
      refuse(`expected input to have two or fewer dimensions but got an input with ${self.rank} dimensions`);
    if (self.dtype === bool) refuse('bool dtype is not supported for input');
    const rows = self.rank < 2 ? view(self, [1, -1]) : self;
    const observations = rows.shape[1]!;
    if (fweights !== null) checkWeights('fweights', fweights, observations);
    if (aweights !== null) checkWeights('aweights', aweights, observations);
    const weights = fweights !== null && aweights !== null ? mul(fweights, aweights) : (fweights ?? aweights);
    const total = weights === null ? count(observations) : sum(weights);
    if (weights !== null && Number(item(total)) === 0) refuse("weights sum to zero, can't be normalized");
    const weighted = (x: Tensor): Tensor => (weights === null ? x : mul(x, weights));
    const mean = div(sumDim(weighted(rows), [1]), total);
    const left = freedom(total, weights, aweights, correction);
    const apart = sub(rows, unsqueeze(mean, 1));
    return squeeze(div(mm(apart, conj(t(weighted(apart)))), left));
  },
});

const within = (x: Tensor): Tensor => clamp(x, -1n, 1n);

define(corrcoef, {
  composite: true,
  kernel: (self) => {
    if (self.rank > 2)
      throw runtimeError(
        `corrcoef(): expected input to have two or fewer dimensions but got an input with ${self.rank} dimensions`,
      );
    const together = cov(self);
    if (together.rank === 0) return div(together, together);
    const own = diag(together);
    const deviation = sqrt(isComplex(own.dtype) ? real(own) : own);
    const scaled = div(div(together, view(deviation, [-1, 1])), view(deviation, [1, -1]));
    return isComplex(scaled.dtype) ? complex(within(real(scaled)), within(imag(scaled))) : within(scaled);
  },
});
