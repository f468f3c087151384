import { quietly } from '../context.ts';
import { int64 } from '../dtype.ts';
import { indexError, runtimeError, valueError } from '../errors.ts';
import { declare, define } from '../registry.ts';
import { formatShape, type Shape } from '../shape.ts';
import { rowMajor } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import { wrapNumber } from '../values.ts';
import { add, div, mul, neg, sub } from './arithmetic.ts';
import { clampMin } from './choice.ts';
import { abs, exp, log, log1p, sigmoid } from './exponential.ts';
import { expand, unsqueeze } from './movement.ts';
import { zerosLike } from './raw.ts';
import { mean, sum, sumDim } from './reduction.ts';
import { logSoftmax } from './softmax.ts';

export const mseLoss = declare("mse_loss(Tensor input, Tensor target, *, str reduction='mean') -> Tensor");
export const l1Loss = declare("l1_loss(Tensor input, Tensor target, *, str reduction='mean') -> Tensor");
export const nllLoss = declare(
  "nll_loss(Tensor input, Tensor target, Tensor? weight=None, *, int ignore_index=-100, str reduction='mean') -> Tensor",
);
export const crossEntropy = declare(
  "cross_entropy(Tensor input, Tensor target, Tensor? weight=None, *, int ignore_index=-100, str reduction='mean') -> Tensor",
);
export const binaryCrossEntropy = declare(
  "binary_cross_entropy(Tensor input, Tensor target, Tensor? weight=None, *, str reduction='mean') -> Tensor",
);
export const bceWithLogits = declare(
  "binary_cross_entropy_with_logits(Tensor input, Tensor target, Tensor? weight=None, *, str reduction='mean') -> Tensor",
);

const F = { variants: { namespace: 'nn.functional', method: false } } as const;

/** Unreduced, mean or sum: what the loss is, and what of the upstream gradient each element gets. */
function reduce(losses: Tensor, reduction: string): Tensor {
  if (reduction === 'none') return losses;
  if (reduction === 'mean') return mean(losses);
  if (reduction === 'sum') return sum(losses);
  throw valueError(`${reduction} is not a valid value for reduction`);
}

/** The upstream gradient of each element's loss. */
function perElement(g: Tensor, like: Tensor, reduction: string): Tensor {
  if (reduction === 'none') return g;
  const each = expand(g, like.shape);
  return reduction === 'mean' ? div(each, BigInt(like.numel)) : each;
}

define(mseLoss, {
  ...F,
  kernel: (input, target, reduction) =>
    quietly(() => {
      const difference = sub(input, target);
      return reduce(mul(difference, difference), reduction);
    }),
  gradients: {
    input: {
      formula: '∂L/∂input = upstream · 2 (input − target) / n',
      saves: ['input', 'target'],
      rule: (g, { input, target, reduction }) => squaredSlope(g, sub(input, target), reduction),
    },
    target: {
      formula: '∂L/∂target = −upstream · 2 (input − target) / n',
      saves: ['input', 'target'],
      rule: (g, { input, target, reduction }) => squaredSlope(g, sub(target, input), reduction),
    },
  },
});

function squaredSlope(g: Tensor, difference: Tensor, reduction: string): Tensor {
  const factor = reduction === 'mean' ? 2 / difference.numel : 2;
  return mul(mul(difference, factor), g);
}

define(l1Loss, {
  ...F,
  composite: true,
  kernel: (input, target, reduction) => reduce(abs(sub(input, target)), reduction),
});

define(binaryCrossEntropy, {
  ...F,
  kernel: (input, target, weight, reduction) => {
    const bad = Array.from(rowMajor(input) as Float32Array).some((x) => !(x >= 0 && x <= 1));
    if (bad) throw runtimeError('all elements of input should be between 0 and 1');
    return quietly(() => {
      const one = wrapNumber(1n);
      const losses = sub(
        mul(sub(target, one), clampMin(log1p(neg(input)), -100n)),
        mul(target, clampMin(log(input), -100n)),
      );
      return reduce(weight === null ? losses : mul(losses, weight), reduction);
    });
  },
  gradients: {
    input: {
      formula: '∂L/∂input = upstream · (input − target) / (input · (1 − input)) / n',
      saves: ['input', 'target'],
      rule: (g, { input, target, weight, reduction }) => {
        const scale = clampMin(mul(sub(wrapNumber(1n), input), input), 1e-12);
        const slope = mul(perElement(g, input, reduction), div(sub(input, target), scale));
        return weight === null ? slope : mul(slope, weight);
      },
    },
    target: {
      formula: '∂L/∂target = upstream · (ln(1 − input) − ln(input)) / n',
      saves: ['input', 'target'],
      rule: (g, { input, reduction }) => mul(perElement(g, input, reduction), sub(log1p(neg(input)), log(input))),
    },
  },
});

define(bceWithLogits, {
  ...F,
  kernel: (input, target, weight, reduction) =>
    quietly(() => {
      const positive = clampMin(neg(input), 0n);
      const tail = log(add(exp(neg(positive)), exp(sub(neg(input), positive))));
      const losses = add(mul(sub(wrapNumber(1n), target), input), add(tail, positive));
      return reduce(weight === null ? losses : mul(losses, weight), reduction);
    }),
  gradients: {
    input: {
      formula: '∂L/∂input = upstream · (σ(input) − target) / n',
      saves: ['input', 'target'],
      rule: (g, { input, target, weight, reduction }) => {
        const slope = mul(sub(sigmoid(input), target), perElement(g, input, reduction));
        return weight === null ? slope : mul(slope, weight);
      },
    },
    target: {
      formula: '∂L/∂target = −upstream · input / n',
      saves: ['input'],
      rule: (g, { input, reduction }) => mul(neg(input), perElement(g, input, reduction)),
    },
  },
});

/** The classes as numbers, checked. */
function classes(target: Tensor, count: number, ignore: number): number[] {
  if (target.dtype !== int64) throw runtimeError(`expected scalar type Long but found ${target.dtype.scalar}`);
  return Array.from(rowMajor(target) as BigInt64Array, (value) => {
    const index = Number(value);
    if (index !== ignore && (index < 0 || index >= count)) throw indexError(`Target ${index} is out of bounds.`);
    return index;
  });
}

/** −weight of each row's class at that class, 0 elsewhere: the loss is a weighted sum of the input. Also the sum of the weights. */
function classWeights(
  shape: Shape,
  target: Tensor,
  weight: Tensor | null,
  ignore: number,
  like: Tensor,
): { mask: Tensor; total: number } {
  const count = shape.at(-1)!;
  const mask = emptyTensor(shape, like.dtype);
  const weights = weight === null ? null : rowMajor(weight);
  let total = 0;
  classes(target, count, ignore).forEach((index, row) => {
    if (index === ignore) return;
    const w = weights === null ? 1 : Number(weights[index]);
    mask.storage.data[row * count + index] = -w;
    total += w;
  });
  return { mask, total };
}

define(nllLoss, {
  ...F,
  kernel: (input, target, weight, ignore, reduction) => {
    if (input.rank < 1 || input.rank > 2) throw runtimeError('input tensor should be 1D or 2D');
    if (input.rank === 2 && input.shape[0] !== target.shape[0]) {
      throw valueError(
        `Expected input batch_size (${input.shape[0]}) to match target batch_size (${target.shape[0]}).`,
      );
    }
    const { mask, total } = classWeights(input.shape, target, weight, ignore, input);
    return quietly(() => {
      const losses = mul(input, mask);
      if (reduction === 'none') return rowSums(losses);
      return reduction === 'mean' ? div(sum(losses), total) : sum(losses);
    });
  },
  gradients: {
    input: {
      formula: '∂L/∂input = −upstream · weight / Σ weight at the target class',
      saves: ['input'],
      rule: (g, s) => nllLossBackward(g, s.input, s.target, s.weight, s.ignore_index, s.reduction),
    },
  },
});

const nllLossBackward = declare(
  'nll_loss_backward(Tensor grad_output, Tensor self, Tensor target, Tensor? weight, int ignore_index, str reduction) -> Tensor',
);

define(nllLossBackward, {
  variants: { namespace: null, method: false },
  kernel: (g, self, target, weight, ignore, reduction) => {
    const { mask, total } = classWeights(self.shape, target, weight, ignore, self);
    return quietly(() => {
      const scaled = reduction === 'mean' ? div(mask, total) : mask;
      const upstream = reduction === 'none' && g.rank > 0 ? unsqueeze(g, 1) : g;
      return add(mul(scaled, upstream), 0n);
    });
  },
  gradients: {
    grad_output: {
      formula: '∂L/∂grad_output = the loss of upstream',
      rule: (g, s) => nllLoss(g, s.target, s.weight, s.ignore_index, s.reduction),
    },
    self: { formula: '∂L/∂self = 0', rule: (g) => zerosLike(g) },
  },
});

const rowSums = (losses: Tensor): Tensor => (losses.rank === 1 ? sum(losses) : sumDim(losses, [-1]));

define(crossEntropy, {
  ...F,
  composite: true,
  kernel: (input, target, weight, ignore, reduction) => {
    const dim = input.rank === 1 ? 0 : 1;
    const log = logSoftmax(input, dim);
    if (target.dtype === int64) return nllLoss(log, target, weight, ignore, reduction);
    if (target.numel !== input.numel)
      throw runtimeError(
        `size mismatch (got input: ${formatShape(input.shape)}, target: ${formatShape(target.shape)})`,
      );
    const losses = neg(mul(log, target));
    const total = sum(losses);
    return reduction === 'mean'
      ? div(total, BigInt(input.rank === 1 ? 1 : input.shape[0]!))
      : reduction === 'sum'
        ? total
        : sumDim(losses, [-1]);
  },
});
