/** Cross entropy of classes or of probabilities, as PyTorch composes it of other ops. */
import { withGradMode } from '../../context.ts';
import { isFloating } from '../../dtype.ts';
import { runtimeError } from '../../errors.ts';
import { dispatchInplace } from '../../inplace.ts';
import { formatShape, sameShape } from '../../shape.ts';
import type { Tensor } from '../../tensor.ts';
import { wrapNumber } from '../../values.ts';
import { indexPut } from '../advanced-index.ts';
import { add, div, mul, neg } from '../arithmetic.ts';
import { cast } from '../cast.ts';
import { eq, logicalNot } from '../comparison.ts';
import { indexSelect } from '../indexing.ts';
import { maskedSelect } from '../masking.ts';
import { flatten, reshape } from '../movement.ts';
import { mean, sum, sumDim } from '../reduction.ts';
import { logSoftmax } from '../softmax.ts';
import { face } from './face.ts';
import { reductionOf } from './loss-reduction.ts';
import { likelihoodOf } from './nll-loss.ts';

face(
  "cross_entropy(Tensor input, Tensor target, Tensor? weight=None, bool? size_average=None, int ignore_index=-100, bool? reduce=None, str reduction='mean', float label_smoothing=0.0) -> Tensor",
  (input, target, weight, sizeAverage, ignore, reduce, reduction, smoothing) => {
    const how = reductionOf(sizeAverage, reduce, reduction);
    const dim = input.rank === 1 ? 0 : 1;
    if (sameShape(input.shape, target.shape)) {
      checkProbabilities(input, target, weight, ignore, smoothing);
      return ofProbabilities(logSoftmax(input, dim), target, weight, how, smoothing);
    }
    if (smoothing === 0) return likelihoodOf(logSoftmax(input, dim), target, weight, how, ignore);
    checkSmoothing(smoothing);
    return smoothed(logSoftmax(input, dim), target, weight, how, ignore, smoothing);
  },
);

function checkSmoothing(smoothing: number): void {
  if (smoothing >= 0 && smoothing <= 1) return;
  throw runtimeError(`label_smoothing must be between 0.0 and 1.0. Got: ${smoothing}`);
}

function checkProbabilities(
  input: Tensor,
  target: Tensor,
  weight: Tensor | null,
  ignore: number,
  smoothing: number,
): void {
  if (!isFloating(target.dtype)) {
    throw runtimeError(`Expected floating point type for target with class probabilities, got ${target.dtype.scalar}`);
  }
  if (ignore >= 0) throw runtimeError('ignore_index is not supported for floating point target');
  checkSmoothing(smoothing);
  const classes = input.rank === 1 ? input.shape[0]! : input.shape[1]!;
  if (weight === null || (weight.rank === 1 && weight.numel === classes)) return;
  throw runtimeError(
    `cross_entropy: weight tensor should be defined either for all ${classes} classes or no classes but got weight tensor of shape: ${formatShape(weight.shape)}`,
  );
}

/** The weights along the dimension of the classes. */
const alongClasses = (weight: Tensor, input: Tensor): Tensor =>
  input.rank === 1 ? weight : reshape(weight, [1, -1, ...input.shape.slice(2).map(() => 1)]);

function ofProbabilities(
  log: Tensor,
  target: Tensor,
  weight: Tensor | null,
  reduction: string,
  smoothing: number,
): Tensor {
  const dim = log.rank === 1 ? 0 : 1;
  const classes = log.shape[dim]!;
  const aims = smoothing > 0 ? add(mul(target, 1 - smoothing), smoothing / classes) : target;
  const product = mul(log, aims);
  const losses = weight === null ? product : mul(product, alongClasses(weight, log));
  if (reduction === 'none') return neg(sumDim(losses, [dim]));
  const total = neg(sum(losses));
  return reduction === 'sum' ? total : div(total, BigInt(log.numel / classes));
}

/** Szegedy et al. 2016, arXiv:1512.00567: a share of the loss goes to all classes alike. */
function smoothed(
  log: Tensor,
  target: Tensor,
  weight: Tensor | null,
  reduction: string,
  ignore: number,
  smoothing: number,
): Tensor {
  const dim = log.rank === 1 ? 0 : 1;
  const picked = likelihoodOf(log, target, weight, reduction, ignore);
  const all = neg(sumDim(weight === null ? log : mul(log, alongClasses(weight, log)), [dim]));
  const mask = eq(target, BigInt(ignore));
  dispatchInplace(indexPut.def!, [all, [mask], cast(wrapNumber(0n), all.dtype), false]);
  const spread = spreadLoss(all, target, weight, mask, reduction);
  const evened = mul(spread, smoothing / log.shape[dim]!);
  return add(mul(picked, 1 - smoothing), evened);
}

function spreadLoss(all: Tensor, target: Tensor, weight: Tensor | null, mask: Tensor, reduction: string): Tensor {
  if (reduction === 'none') return all;
  if (reduction === 'sum') return sum(all);
  const kept = logicalNot(mask);
  if (weight === null) return mean(maskedSelect(all, kept));
  const chosen = withGradMode(false, () => indexSelect(weight, 0, flatten(maskedSelect(target, kept))));
  return div(sum(all), sum(chosen));
}
