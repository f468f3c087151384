/** Activations in pieces: the shrinks, and the straight-line stand-ins for sigmoid and silu. */
import { runtimeError } from '../../errors.ts';
import { alias, declare, define } from '../../registry.ts';
import { type NumberData, rowMajor } from '../../strided.ts';
import type { Tensor } from '../../tensor.ts';
import { toNumber } from '../../values.ts';
import { div, mul } from '../arithmetic.ts';
import { masked } from '../choice.ts';
import { gt, logicalAnd, lt } from '../comparison.ts';
import { zerosLike } from '../raw.ts';
import { eachFloat, pairFloat } from './elementwise.ts';
import { functional, internal, underivable, withInplace } from './face.ts';

export const hardshrink = declare('hardshrink(Tensor self, Scalar lambd=0.5) -> Tensor');
const hardshrinkBackward = declare('hardshrink_backward(Tensor grad_out, Tensor self, Scalar lambd) -> Tensor');
export const softshrink = declare('softshrink(Tensor self, Scalar lambd=0.5) -> Tensor');
const softshrinkBackward = declare('softshrink_backward(Tensor grad_output, Tensor self, Scalar lambd) -> Tensor');
const hardswish = declare('hardswish(Tensor self) -> Tensor');
const hardswishBackward = declare('hardswish_backward(Tensor grad_output, Tensor self) -> Tensor');
const hardsigmoid = declare('hardsigmoid(Tensor self) -> Tensor');
const hardsigmoidBackward = declare('hardsigmoid_backward(Tensor grad_output, Tensor self) -> Tensor');

const straight = { formula: '∂L/∂self = 0', rule: (g: Tensor): Tensor => zerosLike(g) };

define(hardshrink, {
  kernel: (self, lambd) =>
    eachFloat('hardshrink_cpu', self, (round) => {
      const edge = round(toNumber(lambd));
      return (x) => (x >= -edge && x <= edge ? 0 : x);
    }),
  gradients: {
    self: {
      formula: '∂L/∂self = upstream where |self| > lambd, else 0',
      saves: ['self'],
      rule: (g, { self, lambd }) => hardshrinkBackward(g, self, lambd),
    },
  },
});

define(hardshrinkBackward, {
  ...internal,
  kernel: (grad, self, lambd) =>
    pairFloat('hardshrink_backward_cpu', grad, self, (round) => {
      const edge = round(toNumber(lambd));
      return (g, x) => (x >= -edge && x <= edge ? 0 : g);
    }),
  gradients: {
    grad_out: {
      formula: '∂L/∂grad_out = upstream where |self| > lambd, else 0',
      saves: ['self'],
      rule: (g, { self, lambd }) => hardshrinkBackward(g, self, lambd),
    },
    self: straight,
  },
});

define(softshrink, {
  variants: functional,
  kernel: (self, lambd) => {
    const limit = toNumber(lambd);
    if (!(limit >= 0)) {
      throw runtimeError(`lambda must be greater or equal to 0, but found to be ${limit}.`);
    }
    return eachFloat('softshrink_cpu', self, (round) => {
      const edge = round(limit);
      return (x) => (x > edge ? x - edge : x < -edge ? x + edge : 0);
    });
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream where |self| > lambd, else 0',
      saves: ['self'],
      rule: (g, { self, lambd }) => softshrinkBackward(g, self, lambd),
    },
  },
});

define(softshrinkBackward, {
  ...internal,
  kernel: (grad, self, lambd) =>
    pairFloat('softshrink_backward_cpu', grad, self, (round) => {
      const edge = round(toNumber(lambd));
      return (g, x) => (x >= -edge && x <= edge ? 0 : g);
    }),
  gradients: {
    grad_output: {
      formula: '∂L/∂grad_output = upstream where |self| > lambd, else 0',
      saves: ['self'],
      rule: (g, { self, lambd }) => softshrinkBackward(g, self, lambd),
    },
    self: straight,
  },
});

alias(hardshrink, 'hardshrink', functional);

/** x · relu6(x + 3) / 6 (Howard et al. 2019, arXiv:1905.02244). */
define(hardswish, {
  ...internal,
  kernel: (self) =>
    eachFloat('hardswish_cpu', self, (round) => (x) => round(x * Math.min(Math.max(round(x + 3), 0), 6)) / 6),
  gradients: {
    self: {
      formula: '∂L/∂self = 0 below −3, upstream · (self / 3 + ½) up to 3, upstream above',
      saves: ['self'],
      rule: (g, { self }) => hardswishBackward(g, self),
    },
  },
});

define(hardswishBackward, {
  ...internal,
  kernel: (grad, self) => {
    const slopes = pairFloat(
      'hardswish_backward_cpu',
      grad,
      self,
      (round) => (g, x) => (x < -3 ? 0 : x <= 3 ? g * round(round(x / 3) + 0.5) : g),
    );
    return atKink(slopes, grad, self);
  },
  gradients: {
    grad_output: {
      formula: '∂L/∂grad_output = upstream · slope',
      saves: ['self'],
      rule: (g, { self }) => hardswishBackward(g, self),
    },
    self: {
      formula: '∂L/∂self = upstream · grad_output / 3 where −3 < self < 3, else 0',
      saves: ['grad_output', 'self'],
      rule: (g, { grad_output, self }) => masked(div(mul(g, grad_output), 3n), logicalAnd(gt(self, -3n), lt(self, 3n))),
    },
  },
});
/** At 3 itself PyTorch's vectors of elements say 1, and what is left over of a tensor says 1½. */
function atKink(slopes: Tensor, grad: Tensor, self: Tensor): Tensor {
  const lanes = self.dtype.bytes === 8 ? 8 : self.dtype.bytes === 4 ? 16 : 32;
  const whole = slopes.numel - (slopes.numel % lanes);
  const to = slopes.storage.data as NumberData;
  const [g, x] = [rowMajor(grad) as NumberData, rowMajor(self) as NumberData];
  for (let i = 0; i < whole; i++) if (x[i] === 3) to[i] = g[i]!;
  return slopes;
}
withInplace('hardswish(Tensor input, bool inplace=False) -> Tensor', hardswish);

define(hardsigmoid, {
  ...internal,
  kernel: (self) => eachFloat('hardsigmoid_cpu', self, (round) => (x) => Math.min(Math.max(round(x + 3), 0), 6) / 6),
  gradients: {
    self: {
      formula: '∂L/∂self = upstream / 6 where −3 < self < 3, else 0',
      saves: ['self'],
      rule: (g, { self }) => hardsigmoidBackward(g, self),
    },
  },
});

define(hardsigmoidBackward, {
  ...internal,
  node: 'NotImplemented',
  kernel: (grad, self) =>
    pairFloat('hardsigmoid_backward', grad, self, (round) => {
      const sixth = round(1 / 6);
      return (g, x) => (x > -3 && x < 3 ? g * sixth : 0);
    }),
  gradients: { grad_output: underivable('hardsigmoid_backward'), self: underivable('hardsigmoid_backward') },
});
withInplace('hardsigmoid(Tensor input, bool inplace=False) -> Tensor', hardsigmoid);
