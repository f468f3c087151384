import { quietly } from '../context.ts';
import { declare, define } from '../registry.ts';
import type { Tensor } from '../tensor.ts';
import type { Scalar } from '../values.ts';
import { wrapNumber } from '../values.ts';
import { add, mul, neg, sub } from './arithmetic.ts';
import { masked, where } from './choice.ts';
import { gt } from './comparison.ts';
import { exp, pow, sigmoid, tanh } from './exponential.ts';
import { mapFloat, unary } from './pointwise.ts';
import { zerosLike } from './raw.ts';

export const relu = declare('relu(Tensor self) -> Tensor');
export const leakyRelu = declare('leaky_relu(Tensor self, Scalar negative_slope=0.01) -> Tensor');
export const elu = declare('elu(Tensor self, Scalar alpha=1) -> Tensor');
export const gelu = declare("gelu(Tensor self, *, str approximate='none') -> Tensor");
export const silu = declare('silu(Tensor self) -> Tensor');
export const softplus = declare('softplus(Tensor self, Scalar beta=1, Scalar threshold=20) -> Tensor');
export const logsigmoid = declare('logsigmoid(Tensor self) -> Tensor');
export const erf = declare('erf(Tensor self) -> Tensor');

/** One op, as in PyTorch: its derivative by the activation's operand is zeros, not nothing. */
const thresholdBackward = declare('threshold_backward(Tensor grad_output, Tensor self) -> Tensor');
const leakyReluBackward = declare(
  'leaky_relu_backward(Tensor grad_output, Tensor self, Scalar negative_slope) -> Tensor',
);
const internal = { variants: { namespace: null, method: false } } as const;

define(thresholdBackward, {
  ...internal,
  kernel: (grad, self) => quietly(() => masked(grad, gt(self, 0n))),
  gradients: {
    grad_output: {
      formula: '∂L/∂grad_output = upstream where self > 0, else 0',
      saves: ['self'],
      rule: (g, { self }) => thresholdBackward(g, self),
    },
    self: { formula: '∂L/∂self = 0', rule: (g) => zerosLike(g) },
  },
});

define(leakyReluBackward, {
  ...internal,
  kernel: (grad, self, slope) => quietly(() => where(gt(self, 0n), grad, mul(grad, slope))),
  gradients: {
    grad_output: {
      formula: '∂L/∂grad_output = upstream where self > 0, else upstream · negative_slope',
      saves: ['self'],
      rule: (g, s) => leakyReluBackward(g, s.self, s.negative_slope),
    },
    self: { formula: '∂L/∂self = 0', rule: (g) => zerosLike(g) },
  },
});

const F = { namespace: 'nn.functional', method: false, inplace: true } as const;

define(relu, {
  variants: { inplace: true },
  kernel: unary(
    (x) => Math.max(x, 0),
    (x) => (x <= 0n ? 0n : x),
  ),
  gradients: {
    self: {
      formula: '∂L/∂self = upstream where result > 0, else 0',
      saves: ['result'],
      rule: (g, { result }) => thresholdBackward(g, result),
    },
  },
});

define(leakyRelu, {
  variants: F,
  kernel: (self, slope) => mapFloat(self, (x) => (x > 0 ? x : x * Math.fround(Number(slope)))),
  gradients: {
    self: {
      formula: '∂L/∂self = upstream where self > 0, else upstream · negative_slope',
      saves: ['self'],
      rule: (g, s) => leakyReluBackward(g, s.self, s.negative_slope),
    },
  },
});

define(elu, {
  variants: F,
  kernel: (self, alpha) => mapFloat(self, (x) => (x > 0 ? x : Number(alpha) * Math.expm1(x))),
  gradients: {
    self: {
      formula: '∂L/∂self = upstream where self > 0, else upstream · alpha · exp(self)',
      saves: ['self'],
      rule: (g, { self, alpha }) => where(gt(self, 0n), g, mul(mul(g, alpha), exp(self))),
    },
  },
});

const ROOT_HALF = Math.SQRT1_2;
const ROOT_2_PI = Math.sqrt(2 / Math.PI);

define(gelu, {
  variants: F,
  kernel: (self, approximate) =>
    approximate === 'tanh'
      ? mapFloat(self, (x) => 0.5 * x * (1 + Math.tanh(ROOT_2_PI * (x + 0.044715 * x * x * x))))
      : mapFloat(self, (x) => 0.5 * x * (1 + erfOf(x * ROOT_HALF))),
  gradients: {
    self: {
      formula: '∂L/∂self = upstream · (Φ(self) + self · φ(self))',
      saves: ['self'],
      rule: (g, { self, approximate }) => mul(g, approximate === 'tanh' ? tanhSlope(self) : normalSlope(self)),
    },
  },
});

/** Φ(x) + x φ(x), with the normal distribution's Φ and φ. */
function normalSlope(x: Tensor): Tensor {
  const cumulative = mul(add(erf(mul(x, ROOT_HALF)), 1n), 0.5);
  const density = mul(exp(mul(mul(x, x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
  return add(cumulative, mul(x, density));
}

function tanhSlope(x: Tensor): Tensor {
  const inner = tanh(mul(add(x, mul(pow(x, 3n), 0.044715)), ROOT_2_PI));
  const slope = mul(sub(wrapNumber(1n), mul(inner, inner)), mul(add(mul(mul(x, x), 3 * 0.044715), 1n), ROOT_2_PI));
  return add(mul(add(inner, 1n), 0.5), mul(mul(x, 0.5), slope));
}

define(silu, {
  variants: F,
  kernel: (self) => mapFloat(self, (x) => x / (1 + Math.exp(-x))),
  gradients: {
    self: {
      formula: '∂L/∂self = upstream · σ(self) · (1 + self · (1 − σ(self)))',
      saves: ['self'],
      rule: (g, { self }) => {
        const s = sigmoid(self);
        return mul(g, mul(s, add(mul(self, sub(wrapNumber(1n), s)), 1n)));
      },
    },
  },
});

const linear = (x: Tensor, beta: Scalar, threshold: Scalar): Tensor => gt(mul(x, beta), threshold);

define(softplus, {
  variants: { namespace: 'nn.functional', method: false },
  kernel: (self, beta, threshold) => {
    const b = Number(beta);
    return mapFloat(self, (x) => (x * b > Number(threshold) ? x : Math.log1p(Math.exp(x * b)) / b));
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream · σ(beta · self)',
      saves: ['self'],
      rule: (g, { self, beta, threshold }) => where(linear(self, beta, threshold), g, mul(g, sigmoid(mul(self, beta)))),
    },
  },
});

define(logsigmoid, {
  variants: { namespace: 'nn.functional', method: false },
  node: 'LogSigmoidBackward0',
  kernel: (self) => mapFloat(self, (x) => Math.min(0, x) - Math.log1p(Math.exp(-Math.abs(x)))),
  gradients: {
    self: {
      formula: '∂L/∂self = upstream · σ(−self)',
      saves: ['self'],
      rule: (g, { self }) => mul(g, sigmoid(neg(self))),
    },
  },
});

define(erf, {
  variants: { inplace: true },
  kernel: (self) => mapFloat(self, erfOf),
  gradients: {
    self: {
      formula: '∂L/∂self = upstream · 2/√π · exp(−self²)',
      saves: ['self'],
      rule: (g, { self }) => mul(mul(exp(neg(pow(self, 2n))), 2 / Math.sqrt(Math.PI)), g),
    },
  },
});

/** The error function to double precision: its Taylor series near 0, the continued fraction of erfc beyond. */
export function erfOf(x: number): number {
  const size = Math.abs(x);
  if (Number.isNaN(x)) return x;
  if (size > 6) return Math.sign(x);
  if (size < 2.5) {
    let term = x;
    let total = x;
    for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(total); n++) {
      term *= (-x * x) / n;
      total += term / (2 * n + 1);
    }
    return (2 / Math.sqrt(Math.PI)) * total;
  }
  let fraction = 0;
  for (let n = 80; n > 0; n--) fraction = n / 2 / (size + fraction);
  const complement = Math.exp(-size * size) / ((size + fraction) * Math.sqrt(Math.PI));
  return Math.sign(x) * (1 - complement);
}
