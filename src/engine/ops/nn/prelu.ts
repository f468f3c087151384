/** Rectifiers whose slope below zero is learned or drawn. */
import { context, quietly } from '../../context.ts';
import { dispatch } from '../../dispatch.ts';
import { runtimeError } from '../../errors.ts';
import { alias, declare, define } from '../../registry.ts';
import { type NumberData, rowMajor } from '../../strided.ts';
import { emptyTensor, type Tensor } from '../../tensor.ts';
import { type Scalar, toNumber } from '../../values.ts';
import { mul } from '../arithmetic.ts';
import { masked, where } from '../choice.ts';
import { gt, le, logicalNot } from '../comparison.ts';
import { reshape } from '../movement.ts';
import { zerosLike } from '../raw.ts';
import { sumToSize } from '../reduction.ts';
import { eachFloat, pairFloat, requireFloating, roundOf } from './elementwise.ts';
import { face, functional, internal, overInput } from './face.ts';
import { Parts } from './parts.ts';

export const prelu = declare('prelu(Tensor self, Tensor weight) -> Tensor');
const preluBackward = declare('prelu_backward(Tensor grad_output, Tensor self, Tensor weight) -> (Tensor, Tensor)');

const ALL = ['grad_output', 'self', 'weight'] as const;

/** The weight along dimension 1 of self, where the channels are. */
function perChannel(weight: Tensor, self: Tensor): Tensor {
  if (weight.numel === 1) return reshape(weight, []);
  return reshape(
    weight,
    self.shape.map((_, d) => (d === 1 ? -1 : 1)),
  );
}

function checkWeight(self: Tensor, weight: Tensor): void {
  if (weight.rank > 1) {
    throw runtimeError(`prelu: Expected \`weight\` to be a scalar or 1D tensor, but got ndim = ${weight.rank}`);
  }
  if (weight.numel === 1) return;
  if (self.rank === 0) throw runtimeError('Not allow zero-dim input tensor.');
  const channels = self.rank > 1 ? self.shape[1]! : 1;
  if (channels === weight.numel) return;
  throw runtimeError(
    `Mismatch of parameter numbers and input channel size. Found parameter numbers = ${weight.numel} and channel size = ${channels}.`,
  );
}

define(prelu, {
  kernel: (self, weight) => {
    checkWeight(self, weight);
    const slopes = quietly(() => perChannel(weight, self));
    return pairFloat('prelu_cpu', self, slopes, () => (x, w) => (x > 0 ? x : w * x));
  },
  joint: ([g], { self, weight }) => (g == null ? [null, null] : preluBackward(g, self, weight)),
  gradients: {
    self: {
      formula: '∂L/∂self = upstream where self > 0, else upstream · weight',
      saves: ['self', 'weight'],
      rule: (g) => g,
    },
    weight: {
      formula: '∂L/∂weight = Σ upstream · self where self ≤ 0',
      saves: ['self', 'weight'],
      rule: (g) => g,
    },
  },
});
alias(prelu, 'prelu', functional);

define(preluBackward, {
  ...internal,
  kernel: (grad, self, weight) =>
    quietly(() => {
      const slopes = perChannel(weight, self);
      const bySelf = where(gt(self, 0n), grad, mul(grad, slopes));
      const byWeight = sumToSize(masked(mul(grad, self), logicalNot(gt(self, 0n))), slopes.shape);
      return [bySelf, reshape(byWeight, weight.shape)];
    }),
  joint: ([bySelf, byWeight], { grad_output: grad, self, weight }) => {
    const slopes = perChannel(weight, self);
    const negative = le(self, 0n);
    const parts = new Parts(3);
    if (bySelf != null) {
      parts.add(0, where(negative, mul(bySelf, slopes), bySelf));
      parts.add(1, zerosLike(self));
      parts.add(2, reshape(sumToSize(masked(mul(bySelf, grad), negative), slopes.shape), weight.shape));
    }
    if (byWeight != null) {
      const factor = perChannel(byWeight, self);
      parts.add(0, masked(mul(factor, self), negative));
      parts.add(1, masked(mul(factor, grad), negative));
    }
    return parts.sums;
  },
  gradients: {
    grad_output: { formula: '∂L/∂grad_output = upstream · slope', saves: ALL, rule: (g) => g },
    self: { formula: '∂L/∂self = upstream by weight · grad_output', saves: ALL, rule: (g) => g },
    weight: { formula: '∂L/∂weight = Σ upstream · grad_output', saves: ALL, rule: (g) => g },
  },
});

/** Randomised leaky ReLU (Xu et al. 2015, "Empirical Evaluation of Rectified Activations in Convolutional Network"). */
const rreluWithNoise = declare(
  'rrelu_with_noise(Tensor self, Tensor noise, Scalar lower, Scalar upper, bool training) -> Tensor',
);
/** Written over its input: the side an element was on is read from the result. */
const rreluOver = declare(
  'rrelu_with_noise(Tensor self, Tensor noise, Scalar lower, Scalar upper, bool training) -> Tensor',
);
const rreluBackward = declare(
  'rrelu_with_noise_backward(Tensor grad_output, Tensor self, Tensor noise, Scalar lower, Scalar upper, bool training) -> Tensor',
);

const meanSlope = (lower: Scalar, upper: Scalar): number => (toNumber(lower) + toNumber(upper)) / 2;

function rreluKernel(self: Tensor, noise: Tensor, lower: Scalar, upper: Scalar, training: boolean): Tensor {
  if (training) return drawn(self, noise, toNumber(lower), toNumber(upper));
  return eachFloat('leaky_relu_cpu', self, (round) => {
    const slope = round(meanSlope(lower, upper));
    return (x) => (x > 0 ? x : x * slope);
  });
}

define(rreluWithNoise, {
  ...internal,
  kernel: rreluKernel,
  gradients: {
    self: {
      formula: '∂L/∂self = upstream · slope',
      saves: ['self'],
      rule: (g, s) => rreluBackward(g, s.self, s.noise, s.lower, s.upper, s.training),
    },
  },
});
define(rreluOver, {
  ...internal,
  node: 'RreluWithNoiseBackward1',
  kernel: rreluKernel,
  gradients: {
    self: {
      formula: '∂L/∂self = upstream · slope',
      saves: ['result'],
      rule: (g, s) => rreluBackward(g, s.result, s.noise, s.lower, s.upper, s.training),
    },
  },
});

/** A slope is drawn for each element that is not positive; `noise` keeps the slopes. */
function drawn(self: Tensor, noise: Tensor, lower: number, upper: number): Tensor {
  requireFloating('rrelu_with_noise_out_cpu', self.dtype);
  const round = roundOf(self.dtype);
  const x = rowMajor(self) as NumberData;
  const out = emptyTensor(self.shape, self.dtype);
  const to = out.storage.data as NumberData;
  const slopes = noise.storage.data as NumberData;
  for (let i = 0; i < to.length; i++) {
    const slope = x[i]! <= 0 ? round(context.generator.uniformDouble() * (upper - lower) + lower) : 1;
    slopes[i] = slope;
    to[i] = x[i]! * slope;
  }
  return out;
}

define(rreluBackward, {
  ...internal,
  kernel: (grad, self, noise, lower, upper, training) => {
    if (training && toNumber(upper) - toNumber(lower) > 1e-6) return mul.def!.kernel(noise, grad) as Tensor;
    return pairFloat('leaky_relu_backward_cpu', grad, self, (round) => {
      const slope = round(meanSlope(lower, upper));
      return (g, x) => (x > 0 ? g : g * slope);
    });
  },
  gradients: {
    grad_output: {
      formula: '∂L/∂grad_output = upstream · slope',
      saves: ['self'],
      rule: (g, s) => rreluBackward(g, s.self, s.noise, s.lower, s.upper, s.training),
    },
    self: { formula: '∂L/∂self = 0', rule: (g) => zerosLike(g) },
  },
});

function rreluArgs(self: Tensor, lower: Scalar, upper: Scalar, training: boolean): unknown[] {
  if (toNumber(lower) > toNumber(upper)) {
    throw runtimeError('Lower bound should be less than or equal to the upper bound');
  }
  return [self, zerosLike(self), lower, upper, training];
}

const DRAWN = 'Scalar lower=0.125, Scalar upper=0.3333333333333333, bool training=False';

face(`rrelu(Tensor input, ${DRAWN}, bool inplace=False) -> Tensor`, (self, lower, upper, training, inplace) => {
  const args = rreluArgs(self, lower, upper, training);
  return inplace ? overInput(rreluOver, args) : (dispatch(rreluWithNoise.def!, args) as Tensor);
});
face(
  `rrelu(Tensor input, ${DRAWN}) -> Tensor`,
  (self, lower, upper, training) => dispatch(rreluWithNoise.def!, rreluArgs(self, lower, upper, training)) as Tensor,
  'torch',
);
for (const namespace of ['torch', 'nn.functional'] as const) {
  face(
    `rrelu_(Tensor input, ${DRAWN}) -> Tensor`,
    (self, lower, upper, training) => overInput(rreluOver, rreluArgs(self, lower, upper, training)),
    namespace,
  );
}
