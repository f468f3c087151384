/** Losses of margins between classes, and of margins between logistic answers. */

import { context, quietly } from '../../context.ts';
import { bfloat16, int64 } from '../../dtype.ts';
import { runtimeError, valueError } from '../../errors.ts';
import { declare, define } from '../../registry.ts';
import { formatShape } from '../../shape.ts';
import { type NumberData, rowMajor } from '../../strided.ts';
import { emptyTensor, type Tensor } from '../../tensor.ts';
import { toNumber, wrapNumber } from '../../values.ts';
import { add, div, mul, neg, rsubScalar } from '../arithmetic.ts';
import { exp, log } from '../exponential.ts';
import { onesLike, zerosLike } from '../raw.ts';
import { mean, sum, sumDim } from '../reduction.ts';
import { requireNoGrad } from '../undifferentiable.ts';
import { refuseDType, requireFloating, roundOf } from './elementwise.ts';
import { face, internal, underivable } from './face.ts';
import { byUpstream, perElement, reduced, reductionOf } from './loss-reduction.ts';
import { logsigmoid } from './softplus.ts';

const FLAGS = 'bool? size_average=None, bool? reduce=None';

const softMargin = declare('soft_margin_loss(Tensor self, Tensor target, str reduction) -> Tensor');
const softMarginBackward = declare(
  'soft_margin_loss_backward(Tensor grad_output, Tensor self, Tensor target, str reduction) -> Tensor',
);

define(softMargin, {
  ...internal,
  realGradients: true,
  kernel: (self, target, reduction) => quietly(() => reduced(log(add(powerOf(self, target), 1n)), reduction)),
  gradients: {
    self: {
      formula: '∂L/∂input = −upstream · target · z / (1 + z) / n with z = exp(−target · input)',
      saves: ['self', 'target'],
      rule: (g, { self, target, reduction }) => softMarginBackward(g, self, target, reduction),
    },
  },
});

/** PyTorch writes its loss into a tensor of the input's own dtype. */
function softMarginOf(input: Tensor, target: Tensor, reduction: string): Tensor {
  if (input.dtype.category === 1) {
    throw runtimeError(
      `result type ${context.defaultDtype.scalar} can't be cast to the desired output type ${input.dtype.scalar}`,
    );
  }
  if (target.requiresGrad && context.gradEnabled) {
    throw runtimeError(
      "The function 'soft_margin_loss' is not differentiable with respect to argument 'target'. This input cannot have requires_grad True.",
    );
  }
  return softMargin(input, target, reduction);
}

const powerOf = (self: Tensor, target: Tensor): Tensor => exp(mul(self, neg(target)));

define(softMarginBackward, {
  ...internal,
  kernel: (grad, self, target, reduction) =>
    quietly(() => {
      const z = powerOf(self, target);
      return perElement(mul(div(mul(neg(target), z), add(z, 1n)), grad), self.numel, reduction);
    }),
  gradients: {
    grad_output: {
      formula: '∂L/∂grad_output = upstream · slope',
      saves: ['self', 'target'],
      rule: (g, { self, target, reduction }) =>
        byUpstream(g, softMarginBackward(onesLike(self), self, target, reduction), reduction),
    },
    self: {
      formula: '∂L/∂input = upstream · grad_output · target² · z / (1 + z)²',
      saves: ['grad_output', 'self', 'target'],
      rule: (g, { grad_output, self, target, reduction }) => {
        const z = powerOf(self, target);
        const lower = add(z, 1n);
        const bend = div(mul(mul(target, target), z), mul(lower, lower));
        return perElement(mul(mul(g, grad_output), bend), self.numel, reduction);
      },
    },
  },
});

face(
  `soft_margin_loss(Tensor input, Tensor target, ${FLAGS}, str reduction='mean') -> Tensor`,
  (input, target, sizeAverage, reduce, reduction) =>
    softMarginOf(input, target, reductionOf(sizeAverage, reduce, reduction)),
);

face(
  `multilabel_soft_margin_loss(Tensor input, Tensor target, Tensor? weight=None, ${FLAGS}, str reduction='mean') -> Tensor`,
  (input, target, weight, sizeAverage, reduce, reduction) => {
    const hit = mul(target, logsigmoid(input));
    const miss = mul(rsubScalar(target, 1n), logsigmoid(neg(input)));
    const losses = neg(add(hit, miss));
    const all = weight === null ? losses : mul(losses, weight);
    const dim = input.rank - 1;
    const each = div(sumDim(all, [dim]), wrapNumber(BigInt(input.shape[dim]!)));
    const how = sizeAverage !== null || reduce !== null ? reductionOf(sizeAverage, reduce, reduction) : reduction;
    if (how === 'none') return each;
    if (how === 'mean') return mean(each);
    if (how === 'sum') return sum(each);
    throw valueError(`${reduction} is not valid`);
  },
);

const multiMargin = declare(
  'multi_margin_loss(Tensor self, Tensor target, Scalar p, Scalar margin, Tensor? weight, str reduction) -> Tensor',
);
const multiMarginBackward = declare(
  'multi_margin_loss_backward(Tensor grad_output, Tensor self, Tensor target, Scalar p, Scalar margin, Tensor? weight, str reduction) -> Tensor',
);

/** Rows of classes: a lone row counts as one. */
function rowsOf(self: Tensor): readonly [rows: number, classes: number] {
  return self.rank <= 1 ? [1, self.rank === 0 ? 1 : self.shape[0]!] : [self.shape[0]!, self.shape[1]!];
}

function checkClasses(self: Tensor, target: Tensor): void {
  const [rows, classes] = rowsOf(self);
  if (self.rank > 2 || classes === 0) {
    throw runtimeError(
      `Expected non-empty vector or matrix with optional 0-dim batch size, but got: ${formatShape(self.shape)}`,
    );
  }
  if (target.rank > 1 || target.numel !== rows) {
    throw runtimeError(`inconsistent target size, got: ${formatShape(target.shape)}`);
  }
  if (target.dtype !== int64) throw runtimeError(`expected scalar type Long but found ${target.dtype.scalar}`);
}

/** Calls `visit` for each class that is not the row's own: its place, the own one's, and by how much the margin is missed. */
function eachRival(
  self: Tensor,
  target: Tensor,
  margin: number,
  visit: (row: number, at: number, own: number, miss: number, chosen: number) => void,
): void {
  const [rows, classes] = rowsOf(self);
  const x = rowMajor(self) as NumberData;
  const aims = rowMajor(target) as BigInt64Array;
  const round = roundOf(self.dtype);
  for (let row = 0; row < rows; row++) {
    const chosen = Number(aims[row]);
    if (chosen < 0 || chosen >= classes) throw runtimeError('target out of range');
    const own = row * classes + chosen;
    for (let j = 0; j < classes; j++) {
      if (j === chosen) continue;
      const at = row * classes + j;
      visit(row, at, own, round(round(margin - x[own]!) + x[at]!), chosen);
    }
  }
}

define(multiMargin, {
  ...internal,
  kernel: (self, target, p, margin, weight, reduction) => {
    requireNoGrad('multi_margin_loss', { weight });
    if (toNumber(p) !== 1 && toNumber(p) !== 2) throw runtimeError('only p == 1 and p == 2 supported');
    checkClasses(self, target);
    requireFloating('multi_margin_loss_cpu_kernel', self.dtype);
    if (self.dtype === bfloat16) refuseDType('multi_margin_loss_cpu_kernel', self.dtype);
    const [rows, classes] = rowsOf(self);
    const weights = weight === null ? null : (rowMajor(weight) as NumberData);
    const sums = new Float64Array(rows);
    eachRival(self, target, toNumber(margin), (row, _at, _own, miss, chosen) => {
      if (miss > 0) sums[row]! += (toNumber(p) === 1 ? miss : miss * miss) * (weights?.[chosen] ?? 1);
    });
    const none = reduction === 'none';
    const out = emptyTensor(none ? target.shape : [], self.dtype);
    const to = out.storage.data as NumberData;
    if (none) to.set(sums.map((total) => total / classes));
    else to[0] = sums.reduce((a, b) => a + b, 0) / classes / (reduction === 'mean' ? rows : 1);
    return out;
  },
  gradients: {
    self: {
      formula: '∂L/∂inputⱼ = upstream · weight · p (margin − input_target + inputⱼ)^(p − 1) / C where positive',
      saves: ['self'],
      rule: (g, s) => multiMarginBackward(g, s.self, s.target, s.p, s.margin, s.weight, s.reduction),
    },
  },
});

define(multiMarginBackward, {
  ...internal,
  node: 'NotImplemented',
  kernel: (grad, self, target, p, margin, weight, reduction) => {
    const [rows, classes] = rowsOf(self);
    const weights = weight === null ? null : (rowMajor(weight) as NumberData);
    const sums = new Float64Array(self.numel);
    const norm = 1 / (reduction === 'mean' ? rows * classes : classes);
    const g = rowMajor(grad) as NumberData;
    eachRival(self, target, toNumber(margin), (row, at, own, miss, chosen) => {
      if (!(miss > 0)) return;
      const slope = norm * (toNumber(p) === 1 ? 1 : 2 * miss) * (weights?.[chosen] ?? 1);
      const part = slope * g[reduction === 'none' ? row : 0]!;
      sums[at] = part;
      sums[own]! -= part;
    });
    return fromSums(sums, self);
  },
  gradients: {
    grad_output: underivable('multi_margin_loss_backward'),
    self: underivable('multi_margin_loss_backward'),
  },
});

function fromSums(sums: Float64Array, like: Tensor): Tensor {
  const out = zerosLike(like);
  (out.storage.data as NumberData).set(sums);
  return out;
}

face(
  `multi_margin_loss(Tensor input, Tensor target, Scalar p=1, Scalar margin=1.0, Tensor? weight=None, ${FLAGS}, str reduction='mean') -> Tensor`,
  (input, target, p, margin, weight, sizeAverage, reduce, reduction) => {
    const how = reductionOf(sizeAverage, reduce, reduction);
    if (toNumber(p) !== 1 && toNumber(p) !== 2) throw valueError('only p == 1 and p == 2 supported');
    if (weight !== null && weight.rank !== 1) throw valueError('weight must be one-dimensional');
    return multiMargin(input, target, p, margin, weight, how);
  },
);

const multilabelMargin = declare('multilabel_margin_loss(Tensor self, Tensor target, str reduction) -> Tensor');
const multilabelMarginBackward = declare(
  'multilabel_margin_loss_backward(Tensor grad_output, Tensor self, Tensor target, str reduction) -> Tensor',
);

/** The labels of a row: what stands before the first −1. */
function labelsOf(aims: BigInt64Array, row: number, classes: number): number[] {
  const labels: number[] = [];
  for (let k = 0; k < classes; k++) {
    const label = Number(aims[row * classes + k]);
    if (label < -1 || label >= classes) throw runtimeError("argument #2 'target' is out of range");
    if (label < 0) break;
    labels.push(label);
  }
  return labels;
}

/** Calls `visit` for each label and each class that is none: their places, and by how much the margin of 1 is missed. */
function eachMiss(
  self: Tensor,
  target: Tensor,
  visit: (row: number, label: number, other: number, miss: number) => void,
): void {
  const [rows, classes] = rowsOf(self);
  const x = rowMajor(self) as NumberData;
  const aims = rowMajor(target) as BigInt64Array;
  const round = roundOf(self.dtype);
  for (let row = 0; row < rows; row++) {
    const labels = labelsOf(aims, row, classes);
    for (const label of labels) {
      const own = row * classes + label;
      for (let j = 0; j < classes; j++) {
        if (labels.includes(j)) continue;
        const at = row * classes + j;
        visit(row, own, at, round(round(1 - x[own]!) + x[at]!));
      }
    }
  }
}

define(multilabelMargin, {
  ...internal,
  kernel: (self, target, reduction) => {
    checkLabels(self, target);
    requireFloating('multilabel_margin_loss_forward_out_frame', self.dtype);
    if (self.dtype === bfloat16) refuseDType('multilabel_margin_loss_forward_out_frame', self.dtype);
    const [rows, classes] = rowsOf(self);
    const sums = new Float64Array(rows);
    eachMiss(self, target, (row, _label, _other, miss) => {
      if (miss > 0) sums[row]! += miss;
    });
    const none = reduction === 'none' && self.rank === 2;
    const out = emptyTensor(none ? [rows] : [], self.dtype);
    const to = out.storage.data as NumberData;
    if (none) to.set(sums.map((total) => total / classes));
    else to[0] = sums.reduce((a, b) => a + b, 0) / classes / (reduction === 'mean' ? rows : 1);
    return out;
  },
  gradients: {
    self: {
      formula: '∂L/∂input = ± upstream / C for each label and class whose margin is missed',
      saves: ['self'],
      rule: (g, { self, target, reduction }) => multilabelMarginBackward(g, self, target, reduction),
    },
  },
});

function checkLabels(self: Tensor, target: Tensor): void {
  if (target.shape.join() !== self.shape.join() && !(self.numel === 1 && target.numel === 1)) {
    throw runtimeError(`inconsistent size ${formatShape(target.shape)} for argument #2 'target'`);
  }
  if (target.dtype !== int64) refuseDType('multilabel_margin_loss', target.dtype);
}

define(multilabelMarginBackward, {
  ...internal,
  node: 'NotImplemented',
  kernel: (grad, self, target, reduction) => {
    const [rows, classes] = rowsOf(self);
    const sums = new Float64Array(self.numel);
    const norm = 1 / (reduction === 'mean' ? rows * classes : classes);
    const g = rowMajor(grad) as NumberData;
    eachMiss(self, target, (row, label, other, miss) => {
      if (!(miss > 0)) return;
      const part = norm * g[reduction === 'none' && self.rank === 2 ? row : 0]!;
      sums[label]! -= part;
      sums[other]! += part;
    });
    return fromSums(sums, self);
  },
  gradients: {
    grad_output: underivable('multilabel_margin_loss_backward'),
    self: underivable('multilabel_margin_loss_backward'),
  },
});

face(
  `multilabel_margin_loss(Tensor input, Tensor target, ${FLAGS}, str reduction='mean') -> Tensor`,
  (input, target, sizeAverage, reduce, reduction) =>
    multilabelMargin(input, target, reductionOf(sizeAverage, reduce, reduction)),
);
