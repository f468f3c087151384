/** Softplus and the logarithm of the logistic function. */
import { declare, define } from '../../registry.ts';
import { toNumber, wrapNumber } from '../../values.ts';
import { mul, neg, sub } from '../arithmetic.ts';
import { lt } from '../comparison.ts';
import { sigmoid } from '../exponential.ts';
import { eachFloat, pairFloat } from './elementwise.ts';
import { face, functional, internal } from './face.ts';

export const softplus = declare('softplus(Tensor self, Scalar beta=1, Scalar threshold=20) -> Tensor');
const softplusBackward = declare(
  'softplus_backward(Tensor grad_output, Tensor self, Scalar beta, Scalar threshold) -> Tensor',
);
export const logsigmoid = declare('log_sigmoid(Tensor self) -> Tensor');
const logsigmoidBackward = declare('log_sigmoid_backward(Tensor grad_output, Tensor self) -> Tensor');

define(softplus, {
  variants: functional,
  kernel: (self, beta, threshold) =>
    eachFloat('softplus_cpu', self, (round) => {
      const [b, linear] = [round(toNumber(beta)), round(toNumber(threshold))];
      return (x) => {
        const scaled = round(x * b);
        return scaled > linear ? x : round(Math.log1p(round(Math.exp(scaled)))) / b;
      };
    }),
  gradients: {
    self: {
      formula: '∂L/∂self = upstream · σ(beta · self); upstream where beta · self > threshold',
      saves: ['self'],
      rule: (g, { self, beta, threshold }) => softplusBackward(g, self, beta, threshold),
    },
  },
});

define(softplusBackward, {
  ...internal,
  kernel: (grad, self, beta, threshold) =>
    pairFloat('softplus_backward_cpu', grad, self, (round) => {
      const [b, linear] = [round(toNumber(beta)), round(toNumber(threshold))];
      return (g, x) => {
        const scaled = round(x * b);
        if (scaled > linear) return g;
        const power = round(Math.exp(scaled));
        return round(g * power) / round(power + 1);
      };
    }),
  gradients: {
    grad_output: {
      formula: '∂L/∂grad_output = upstream · σ(beta · self)',
      saves: ['self'],
      rule: (g, { self, beta, threshold }) => softplusBackward(g, self, beta, threshold),
    },
    self: {
      formula: '∂L/∂self = upstream · grad_output · beta · σ(beta · self) · (1 − σ(beta · self))',
      saves: ['grad_output', 'self'],
      rule: (g, { grad_output, self, beta, threshold }) => {
        const scaled = mul(self, beta);
        const s = sigmoid(scaled);
        const bend = mul(mul(s, sub(wrapNumber(1n), s)), beta);
        return mul(mul(mul(g, grad_output), bend), lt(scaled, threshold));
      },
    },
  },
});

define(logsigmoid, {
  ...internal,
  node: 'LogSigmoidBackward0',
  kernel: (self) =>
    eachFloat(
      'log_sigmoid_cpu',
      self,
      (round) => (x) => Math.min(0, x) - round(Math.log1p(round(Math.exp(-Math.abs(x))))),
    ),
  gradients: {
    self: {
      formula: '∂L/∂self = upstream · σ(−self)',
      saves: ['self'],
      rule: (g, { self }) => logsigmoidBackward(g, self),
    },
  },
});

define(logsigmoidBackward, {
  ...internal,
  kernel: (grad, self) =>
    pairFloat('log_sigmoid_backward_cpu', grad, self, (round) => (g, x) => {
      const power = round(Math.exp(-Math.abs(x)));
      const share = round(power / round(1 + power));
      return x < 0 ? round(1 - share) * g : share * g;
    }),
  gradients: {
    grad_output: {
      formula: '∂L/∂grad_output = upstream · σ(−self)',
      saves: ['self'],
      rule: (g, { self }) => logsigmoidBackward(g, self),
    },
    self: {
      formula: '∂L/∂self = −upstream · grad_output · σ(self) · (1 − σ(self))',
      saves: ['grad_output', 'self'],
      rule: (g, { grad_output, self }) => {
        const s = sigmoid(self);
        return neg(mul(mul(g, grad_output), mul(s, sub(wrapNumber(1n), s))));
      },
    },
  },
});
face('logsigmoid(Tensor input) -> Tensor', (input) => logsigmoid(input));
