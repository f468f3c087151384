/** Binary cross entropy, of probabilities and of logits. */

import { quietly } from '../../context.ts';
import { bfloat16, type Data, isComplex } from '../../dtype.ts';
import { runtimeError, valueError } from '../../errors.ts';
import { floatType } from '../../promote.ts';
import { declare, define } from '../../registry.ts';
import { broadcastShapes, formatShape, sameShape } from '../../shape.ts';
import { type NumberData, rowMajor } from '../../strided.ts';
import { emptyTensor, type Tensor } from '../../tensor.ts';
import { wrapNumber } from '../../values.ts';
import { add, div, mul, neg, sub } from '../arithmetic.ts';
import { clampMin } from '../choice.ts';
import { exp, log, sigmoid } from '../exponential.ts';
import { expand } from '../movement.ts';
import { onesLike } from '../raw.ts';
import { requireNoGrad } from '../undifferentiable.ts';
import { refuseDType, requireFloating, roundOf } from './elementwise.ts';
import { face, internal } from './face.ts';
import { byUpstream, perElement, reduced, reductionOf } from './loss-reduction.ts';
import { logsigmoid } from './softplus.ts';

const bce = declare('binary_cross_entropy(Tensor self, Tensor target, Tensor? weight, str reduction) -> Tensor');
const bceBackward = declare(
  'binary_cross_entropy_backward(Tensor grad_output, Tensor self, Tensor target, Tensor? weight, str reduction) -> Tensor',
);
export const bceWithLogits = declare(
  'binary_cross_entropy_with_logits(Tensor self, Tensor target, Tensor? weight, Tensor? pos_weight, str reduction) -> Tensor',
);

const one = (): Tensor => wrapNumber(1n);
const weighted = (tensor: Tensor, weight: Tensor | null): Tensor => (weight === null ? tensor : mul(tensor, weight));

/** A logarithm is not let below this, so that a sure mistake does not cost infinitely much. */
const LEAST_LOG = -100;
/** A slope is not divided by less. */
const LEAST_SCALE = 1e-12;

define(bce, {
  ...internal,
  kernel: (self, target, weight, reduction) => {
    requireNoGrad('binary_cross_entropy', { weight });
    requireFloating('binary_cross_entropy', self.dtype);
    if (self.dtype === bfloat16) refuseDType('binary_cross_entropy', self.dtype);
    const losses = emptyTensor(self.shape, self.dtype);
    fillLosses(losses.storage.data as NumberData, rowMajor(self) as NumberData, rowMajor(target), roundOf(self.dtype));
    return quietly(() => reduced(weighted(losses, weight), reduction));
  },
  gradients: {
    self: {
      formula: '∂L/∂input = upstream · (input − target) / (input · (1 − input)) / n',
      saves: ['self', 'target'],
      rule: (g, s) => bceBackward(g, s.self, s.target, s.weight, s.reduction),
    },
    target: {
      formula: '∂L/∂target = upstream · (ln(1 − input) − ln(input)) / n',
      saves: ['self', 'target'],
      rule: (g, { self, weight, reduction }) => {
        const slope = mul(sub(log(sub(one(), self)), log(self)), g);
        return perElement(weighted(slope, weight), self.numel, reduction);
      },
    },
  },
});

function fillLosses(out: NumberData, x: NumberData, target: Data, round: (value: number) => number): void {
  for (let i = 0; i < out.length; i++) {
    const p = x[i]!;
    const t = target[i] as number;
    if (!(p >= 0 && p <= 1)) throw runtimeError('all elements of input should be between 0 and 1');
    const miss = round(Math.max(round(Math.log1p(-p)), LEAST_LOG));
    const hit = round(Math.max(round(Math.log(p)), LEAST_LOG));
    out[i] = round(round(t - 1) * miss) - round(t * hit);
  }
}

const scaleOf = (self: Tensor): Tensor => clampMin(mul(sub(one(), self), self), LEAST_SCALE);

define(bceBackward, {
  ...internal,
  kernel: (grad, self, target, weight, reduction) =>
    quietly(() => {
      const slope = div(mul(grad, sub(self, target)), scaleOf(self));
      return perElement(weighted(slope, weight), self.numel, reduction);
    }),
  gradients: {
    grad_output: {
      formula: '∂L/∂grad_output = upstream · (input − target) / (input · (1 − input))',
      saves: ['self', 'target'],
      rule: (g, s) =>
        byUpstream(g, bceBackward(onesLike(s.self), s.self, s.target, s.weight, s.reduction), s.reduction),
    },
    self: {
      formula: '∂L/∂input = upstream · grad_output · (input² − 2 input · target + target) / (input · (1 − input))²',
      saves: ['grad_output', 'self', 'target'],
      rule: (g, { grad_output, self, target, weight, reduction }) => {
        const above = add(sub(mul(self, self), mul(mul(self, target), 2n)), target);
        const scale = scaleOf(self);
        const bend = div(mul(mul(g, grad_output), above), mul(scale, scale));
        return perElement(weighted(bend, weight), self.numel, reduction);
      },
    },
    target: {
      formula: '∂L/∂target = −upstream · grad_output / (input · (1 − input))',
      saves: ['grad_output', 'self', 'target'],
      rule: (g, { grad_output, self, weight, reduction }) => {
        const slope = neg(div(mul(g, grad_output), scaleOf(self)));
        return perElement(weighted(slope, weight), self.numel, reduction);
      },
    },
  },
});

const FLAGS = 'bool? size_average=None, bool? reduce=None';
const size = (tensor: Tensor): string => `torch.Size(${formatShape(tensor.shape)})`;

face(
  `binary_cross_entropy(Tensor input, Tensor target, Tensor? weight=None, ${FLAGS}, str reduction='mean') -> Tensor`,
  (input, target, weight, sizeAverage, reduce, reduction) => {
    const how = reductionOf(sizeAverage, reduce, reduction);
    if (!sameShape(input.shape, target.shape)) {
      throw valueError(
        `Using a target size (${size(target)}) that is different to the input size (${size(input)}) is deprecated. Please ensure they have the same size.`,
      );
    }
    if (input.dtype !== target.dtype) {
      throw runtimeError(`Found dtype ${target.dtype.scalar} but expected ${input.dtype.scalar}`);
    }
    const broad = weight === null ? null : expand(weight, broadcastShapes(target.shape, weight.shape));
    return bce(input, target, broad, how);
  },
);

/** What the loss of a positive example counts: 1 + (pos_weight − 1) · target. */
const emphasis = (target: Tensor, positive: Tensor): Tensor => add(mul(sub(positive, 1n), target), 1n);

define(bceWithLogits, {
  ...internal,
  kernel: (input, target, weight, positive, reduction) => {
    requireNoGrad('binary_cross_entropy_with_logits', { weight, pos_weight: positive });
    return quietly(() => {
      const shift = clampMin(neg(input), 0n);
      const tail = add(log(add(exp(neg(shift)), exp(sub(neg(input), shift)))), shift);
      const scaled = positive === null ? tail : mul(emphasis(target, positive), tail);
      const losses = add(mul(sub(one(), target), input), scaled);
      return reduced(weighted(losses, weight), reduction);
    });
  },
  gradients: {
    self: {
      formula: '∂L/∂input = upstream · (σ(input) − target) / n',
      saves: ['self', 'target'],
      rule: (g, { self, target, weight, pos_weight, reduction }) => {
        const slope = mul(logitSlope(self, target, pos_weight), g);
        return perElement(weighted(slope, weight), self.numel, reduction);
      },
    },
    target: {
      formula: '∂L/∂target = −upstream · input / n',
      saves: ['self', 'target'],
      rule: (g, { self, weight, pos_weight, reduction }) => {
        const rate = pos_weight === null ? neg(self) : sub(logsigmoid(neg(self)), mul(pos_weight, logsigmoid(self)));
        return perElement(weighted(mul(rate, g), weight), self.numel, reduction);
      },
    },
  },
});

function logitSlope(self: Tensor, target: Tensor, positive: Tensor | null): Tensor {
  if (positive === null) return sub(sigmoid(self), target);
  const t = mul(positive, target);
  return sub(mul(sub(add(t, 1n), target), sigmoid(self)), t);
}

face(
  `binary_cross_entropy_with_logits(Tensor input, Tensor target, Tensor? weight=None, ${FLAGS}, str reduction='mean', Tensor? pos_weight=None) -> Tensor`,
  (input, target, weight, sizeAverage, reduce, reduction, positive) => {
    const how = reductionOf(sizeAverage, reduce, reduction);
    if (!sameShape(input.shape, target.shape)) {
      throw valueError(`Target size (${size(target)}) must be the same as input size (${size(input)})`);
    }
    if (target.dtype.category === 1 && !isComplex(input.dtype)) {
      throw runtimeError(
        `result type ${floatType(input.dtype).scalar} can't be cast to the desired output type ${target.dtype.scalar}`,
      );
    }
    return bceWithLogits(input, target, weight, positive, how);
  },
);
