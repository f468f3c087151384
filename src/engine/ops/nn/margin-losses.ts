/** Losses that stop at a margin and are made of other ops, as PyTorch makes them. */
import { runtimeError } from '../../errors.ts';
import { formatShape } from '../../shape.ts';
import type { Tensor } from '../../tensor.ts';
import { wrapNumber } from '../../values.ts';
import { add, div, mul, neg, sub } from '../arithmetic.ts';
import { clampMin, minimum, where } from '../choice.ts';
import { eq, ne } from '../comparison.ts';
import { sqrt } from '../exponential.ts';
import { onesLike, zerosLike } from '../raw.ts';
import { sumDim } from '../reduction.ts';
import { pairwiseDistance } from './distances.ts';
import { face } from './face.ts';
import { reduced, reductionOf } from './loss-reduction.ts';

const FLAGS = 'bool? size_average=None, bool? reduce=None';
const size = (tensor: Tensor): string => `torch.Size(${formatShape(tensor.shape)})`;

face(
  `margin_ranking_loss(Tensor input1, Tensor input2, Tensor target, float margin=0, ${FLAGS}, str reduction='mean') -> Tensor`,
  (input1, input2, target, margin, sizeAverage, reduce, reduction) => {
    const how = reductionOf(sizeAverage, reduce, reduction);
    if (input1.rank !== input2.rank || input1.rank !== target.rank) {
      throw runtimeError(
        `margin_ranking_loss : All input tensors should have same dimension but got sizes: input1: ${size(input1)}, input2: ${size(input2)}, target: ${size(target)} `,
      );
    }
    const gap = sub(input1, input2);
    return reduced(clampMin(add(mul(neg(target), gap), margin), 0n), how);
  },
);

face(
  `hinge_embedding_loss(Tensor input, Tensor target, float margin=1., ${FLAGS}, str reduction='mean') -> Tensor`,
  (input, target, margin, sizeAverage, reduce, reduction) => {
    const how = reductionOf(sizeAverage, reduce, reduction);
    const zeros = zerosLike(input);
    const apart = where(ne(target, 1n), clampMin(sub(wrapNumber(margin), input), 0n), zeros);
    return reduced(add(apart, where(ne(target, -1n), input, zeros)), how);
  },
);

/** Keeps the length of a zero vector from being divided by. */
const EPSILON = 1e-12;

face(
  `cosine_embedding_loss(Tensor input1, Tensor input2, Tensor target, float margin=0, ${FLAGS}, str reduction='mean') -> Tensor`,
  (input1, input2, target, margin, sizeAverage, reduce, reduction) => {
    const how = reductionOf(sizeAverage, reduce, reduction);
    const dim = checkVectors(input1, input2, target);
    const length = (x: Tensor): Tensor => add(sumDim(mul(x, x), [dim]), EPSILON);
    const product = sumDim(mul(input1, input2), [dim]);
    const cosine = div(product, sqrt(mul(length(input1), length(input2))));
    const zeros = zerosLike(cosine);
    const [near, far] = [sub(onesLike(cosine), cosine), clampMin(sub(cosine, margin), 0n)];
    const together = where(eq(target, 1n), near, zeros);
    return reduced(add(together, where(eq(target, -1n), far, zeros)), how);
  },
);

/** The dimension of the vectors. */
function checkVectors(input1: Tensor, input2: Tensor, target: Tensor): number {
  if (target.rank !== 0 && target.rank !== 1) {
    throw runtimeError('0D or 1D target tensor expected, multi-target not supported');
  }
  const wanted = target.rank + 1;
  if (input1.rank === wanted && input2.rank === wanted) return target.rank;
  throw runtimeError(
    `${target.rank}D target tensor expects ${wanted}D input tensors, but found inputs with sizes ${formatShape(input1.shape)} and ${formatShape(input2.shape)}.`,
  );
}

face(
  `triplet_margin_loss(Tensor anchor, Tensor positive, Tensor negative, float margin=1., float p=2, float eps=1e-06, bool swap=False, ${FLAGS}, str reduction='mean') -> Tensor`,
  (anchor, positive, negative, margin, p, eps, swap, sizeAverage, reduce, reduction) => {
    const how = reductionOf(sizeAverage, reduce, reduction);
    if (anchor.rank !== positive.rank || anchor.rank !== negative.rank) {
      throw runtimeError(
        `All inputs should have same dimension but got ${anchor.rank}D, ${positive.rank}D and ${negative.rank}D inputs.`,
      );
    }
    const near = pairwiseDistance(anchor, positive, p, eps);
    const away = pairwiseDistance(anchor, negative, p, eps);
    const far = swap ? minimum(away, pairwiseDistance(positive, negative, p, eps)) : away;
    return reduced(clampMin(sub(add(near, margin), far), 0n), how);
  },
);
