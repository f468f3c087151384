/** Distances and angles between vectors, and vectors of length one. */
import { withGradMode } from '../../context.ts';
import { isFloating } from '../../dtype.ts';
import { runtimeError } from '../../errors.ts';
import { dispatchInplace } from '../../inplace.ts';
import { resultTypeOf } from '../../promote.ts';
import { alias, declare, define } from '../../registry.ts';
import { broadcastShapes } from '../../shape.ts';
import { type NumberData, rowMajor } from '../../strided.ts';
import { emptyTensor, type Tensor } from '../../tensor.ts';
import { add, div, mul, sub } from '../arithmetic.ts';
import { cast } from '../cast.ts';
import { clampMin } from '../choice.ts';
import { sqrt } from '../exponential.ts';
import { expand } from '../movement.ts';
import { norm } from '../norm.ts';
import { pow } from '../powers.ts';
import { sumDim } from '../reduction.ts';
import { type Round, roundOf } from './elementwise.ts';
import { face, functional, internal, underivable } from './face.ts';

const distance = declare(
  'pairwise_distance(Tensor x1, Tensor x2, float p=2, float eps=1e-06, bool keepdim=False) -> Tensor',
);

/** ‖x1 − x2 + eps‖ along the last dimension. */
export function pairwiseDistance(x1: Tensor, x2: Tensor, p: number, eps: number, keepdim: boolean = false): Tensor {
  const last = Math.max(x1.rank, x2.rank) - 1;
  return norm(add(sub(x1, x2), eps), p, [last], keepdim);
}

define(distance, { variants: { method: false }, composite: true, kernel: pairwiseDistance });
alias(distance, 'pairwise_distance', functional);

const cosine = declare('cosine_similarity(Tensor x1, Tensor x2, int dim=1, float eps=1e-08) -> Tensor');

define(cosine, {
  variants: { method: false },
  composite: true,
  kernel: (x1, x2, dim, eps) => {
    const dtype = resultTypeOf([x1, x2]);
    if (!isFloating(dtype)) {
      throw runtimeError(`expected common dtype to be floating point, yet common dtype is ${dtype.scalar}`);
    }
    const shape = broadcastShapes(x1.shape, x2.shape);
    const [a, b] = [x1, x2].map((x) => expand(cast(x, dtype), shape)) as [Tensor, Tensor];
    const squares = [a, b].map((x) => squaredLength(x, dim, eps));
    const [first, second] = squares.map((one) => sqrt(one)) as [Tensor, Tensor];
    const directions = [div(a, first), div(b, second)] as const;
    return sumDim(mul(...directions), [dim]);
  },
});
alias(cosine, 'cosine_similarity', functional);

/** It counts as at least `eps` squared; autograd does not see that limit. */
function squaredLength(x: Tensor, dim: number, eps: number): Tensor {
  const squares = sumDim(pow(x, 2n), [dim], true);
  withGradMode(false, () => dispatchInplace(clampMin.def!, [squares, eps * eps]));
  return squares;
}

face('normalize(Tensor input, float p=2., int dim=1, float eps=1e-12) -> Tensor', (input, p, dim, eps) =>
  div(input, expand(clampMin(norm(input, p, [dim], true), eps), input.shape)),
);

const pdist = declare('pdist(Tensor self, float p=2) -> Tensor');
const pdistForward = declare('_pdist_forward(Tensor self, float p) -> Tensor');
const pdistBackward = declare('_pdist_backward(Tensor grad, Tensor self, float p, Tensor pdist) -> Tensor');

define(pdist, {
  variants: { method: false },
  composite: true,
  kernel: (self, p) => {
    if (self.rank !== 2) throw runtimeError(`pdist only supports 2D tensors, got: ${self.rank}D`);
    if (!isFloating(self.dtype)) throw runtimeError('pdist only supports floating-point dtypes');
    if (!(p >= 0)) throw runtimeError('pdist only supports non-negative p values');
    return pdistForward(self, p);
  },
});
alias(pdist, 'pdist', functional);

/** ‖d‖ₚ of the difference of two rows; p = 0 counts, p = ∞ takes the largest. */
function lengthOf(x: NumberData, a: number, b: number, m: number, p: number, round: Round): number {
  let total = 0;
  for (let k = 0; k < m; k++) {
    const d = Math.abs(round(x[a + k]! - x[b + k]!));
    if (p === 0) total += d === 0 ? 0 : 1;
    else if (p === Number.POSITIVE_INFINITY) total = Math.max(total, d);
    else total += p === 1 ? d : p === 2 ? d * d : d ** p;
  }
  if (p === 2) return Math.sqrt(total);
  return p === 0 || p === 1 || p === Number.POSITIVE_INFINITY ? total : total ** (1 / p);
}

define(pdistForward, {
  ...internal,
  node: 'PdistBackward0',
  kernel: (self, p) => {
    const [n, m] = self.shape as [number, number];
    const out = emptyTensor([n <= 1 ? 0 : (n * (n - 1)) / 2], self.dtype);
    const x = rowMajor(self) as NumberData;
    const to = out.storage.data as NumberData;
    const round = roundOf(self.dtype);
    let at = 0;
    for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) to[at++] = lengthOf(x, i * m, j * m, m, p, round);
    return out;
  },
  gradients: {
    self: {
      formula: '∂L/∂selfᵢ = Σⱼ upstreamᵢⱼ · ∂‖selfᵢ − selfⱼ‖ₚ / ∂selfᵢ',
      saves: ['self', 'result'],
      rule: (g, { self, p, result }) => pdistBackward(g, self, p, result),
    },
  },
});

/** How the distance changes with the first of two coordinates that differ by d. */
function rate(d: number, p: number, length: number): number {
  if (p === 0 || length === 0) return 0;
  if (p === 1) return Math.sign(d);
  if (p === Number.POSITIVE_INFINITY) return Math.abs(d) === length ? Math.sign(d) : 0;
  if (p === 2) return d / length;
  return d === 0 ? 0 : Math.sign(d) * (Math.abs(d) / length) ** (p - 1);
}

define(pdistBackward, {
  ...internal,
  kernel: (grad, self, p, pdist) => {
    const [n, m] = self.shape as [number, number];
    const out = emptyTensor(self.shape, self.dtype);
    const [x, g, lengths] = [self, grad, pdist].map((one) => rowMajor(one) as NumberData) as [
      NumberData,
      NumberData,
      NumberData,
    ];
    const round = roundOf(self.dtype);
    const sums = new Float64Array(n * m);
    let at = 0;
    for (let i = 0; i < n; i++) {
      for (let j = i + 1; j < n; j++, at++) {
        for (let k = 0; k < m; k++) {
          const part = g[at]! * rate(round(x[i * m + k]! - x[j * m + k]!), p, lengths[at]!);
          sums[i * m + k]! += part;
          sums[j * m + k]! -= part;
        }
      }
    }
    (out.storage.data as NumberData).set(sums);
    return out;
  },
  gradients: {
    grad: underivable('_pdist_backward'),
    self: underivable('_pdist_backward'),
    pdist: underivable('_pdist_backward'),
  },
});
