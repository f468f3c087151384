/** Smooth activations: elu and its kin, silu, mish, glu, and two that are made of other ops. */
import { context } from '../../context.ts';
import { bfloat16, isComplex } from '../../dtype.ts';
import { runtimeError } from '../../errors.ts';
import { declare, define } from '../../registry.ts';
import type { Tensor } from '../../tensor.ts';
import { type Scalar, toNumber, wrapNumber } from '../../values.ts';
import { add, div, mul, mulReversed, sub } from '../arithmetic.ts';
import { masked } from '../choice.ts';
import { lt } from '../comparison.ts';
import { exp, log1p, sigmoid, tanh } from '../exponential.ts';
import { mapComplex, type Unary, z } from '../pointwise.ts';
import { abs } from '../signs.ts';
import { eachFloat, pairFloat, type Round, refuseDType } from './elementwise.ts';
import { face, internal, overInput, withInplace, writing } from './face.ts';

export const elu = declare('elu(Tensor self, Scalar alpha=1, Scalar scale=1, Scalar input_scale=1) -> Tensor');
const celu = declare('celu(Tensor self, Scalar alpha=1.) -> Tensor');
export const silu = declare('silu(Tensor self) -> Tensor');
const mish = declare('mish(Tensor self) -> Tensor');

/** Written over their input they remember the result instead: a node of its own in PyTorch. */
const eluOver = declare('elu(Tensor self, Scalar alpha=1, Scalar scale=1, Scalar input_scale=1) -> Tensor');
const celuOver = declare('celu(Tensor self, Scalar alpha=1.) -> Tensor');
const eluBackward = declare(
  'elu_backward(Tensor grad_output, Scalar alpha, Scalar scale, Scalar input_scale, bool is_result, Tensor self) -> Tensor',
);

/** scale · x above 0, scale · alpha · (exp(input_scale · x) − 1) below (Clevert et al. 2016, arXiv:1511.07289). */
function eluOf(round: Round, alpha: Scalar, scale: Scalar, inputScale: Scalar): Unary {
  const [above, inner] = [round(toNumber(scale)), round(toNumber(inputScale))];
  const below = round(round(toNumber(alpha)) * above);
  return (x) => (x <= 0 ? round(round(Math.exp(round(x * inner))) - 1) * below : x * above);
}

const eluKernel = (self: Tensor, alpha: Scalar, scale: Scalar, inputScale: Scalar): Tensor =>
  eachFloat('elu_cpu', self, (round) => eluOf(round, alpha, scale, inputScale));

define(elu, {
  ...internal,
  kernel: eluKernel,
  gradients: {
    self: {
      formula: '∂L/∂self = upstream · scale where self > 0, else upstream · scale · alpha · exp(self)',
      saves: ['self'],
      rule: (g, s) => eluBackward(g, s.alpha, s.scale, s.input_scale, false, s.self),
    },
  },
});
define(eluOver, {
  ...internal,
  node: 'EluBackward1',
  kernel: eluKernel,
  gradients: {
    self: {
      formula: '∂L/∂self = upstream · scale where result > 0, else upstream · (result + scale · alpha)',
      saves: ['result'],
      rule: (g, s) => eluBackward(g, s.alpha, s.scale, s.input_scale, true, s.result),
    },
  },
});

define(eluBackward, {
  ...internal,
  kernel: (grad, alpha, scale, inputScale, isResult, self) =>
    pairFloat('elu_backward_cpu', grad, self, (round) => {
      const [above, inner] = [round(toNumber(scale)), round(toNumber(inputScale))];
      const below = round(round(toNumber(alpha)) * above);
      if (isResult) return (g, x) => (x <= 0 ? round(g * inner) * round(x + below) : g * above);
      const factor = round(below * inner);
      return (g, x) => (x <= 0 ? round(g * factor) * round(Math.exp(round(x * inner))) : g * above);
    }),
  gradients: {
    grad_output: {
      formula: '∂L/∂grad_output = upstream · slope',
      saves: ['self'],
      rule: (g, s) => eluBackward(g, s.alpha, s.scale, s.input_scale, s.is_result, s.self),
    },
    self: {
      formula: '∂L/∂self = upstream · grad_output · slope where self < 0, else 0',
      saves: ['grad_output', 'self'],
      rule: (g, s) => {
        const met = mul(mul(g, s.grad_output), s.input_scale);
        const slope = s.is_result ? met : eluBackward(met, s.alpha, s.scale, s.input_scale, false, s.self);
        return masked(slope, lt(s.self, 0n));
      },
    },
  },
});

withInplace('elu(Tensor input, Scalar alpha=1., bool inplace=False) -> Tensor', elu, eluOver);
writing('elu_(Tensor input, Scalar alpha=1.) -> Tensor', eluOver, 'nn.functional');

/** Klambauer et al. 2017, arXiv:1706.02515. */
const SELU = [1.6732632423543772, 1.0507009873554805] as const;

for (const space of ['torch', 'nn.functional'] as const) {
  face('selu_(Tensor input) -> Tensor', (input) => overInput(eluOver, [input, ...SELU]), space);
}
face('selu(Tensor input) -> Tensor', (input) => elu(input, ...SELU), 'torch');
face('selu(Tensor input, bool inplace=False) -> Tensor', (input, inplace) =>
  inplace ? overInput(eluOver, [input, ...SELU]) : elu(input, ...SELU),
);

function celuKernel(self: Tensor, alpha: Scalar): Tensor {
  if (toNumber(alpha) === 0) throw runtimeError('ZeroDivisionError: alpha cannot be 0 for CELU');
  return eluKernel(self, alpha, 1n, 1 / toNumber(alpha));
}

define(celu, {
  variants: { method: false },
  kernel: celuKernel,
  gradients: {
    self: {
      formula: '∂L/∂self = upstream where self > 0, else upstream · exp(self / alpha)',
      saves: ['self'],
      rule: (g, { self, alpha }) => eluBackward(g, alpha, 1n, 1 / toNumber(alpha), false, self),
    },
  },
});
define(celuOver, {
  ...internal,
  node: 'CeluBackward1',
  kernel: celuKernel,
  gradients: {
    self: {
      formula: '∂L/∂self = upstream where result > 0, else upstream · (result + alpha) / alpha',
      saves: ['result'],
      rule: (g, { result, alpha }) => eluBackward(g, alpha, 1n, 1 / toNumber(alpha), true, result),
    },
  },
});
withInplace('celu(Tensor input, Scalar alpha=1., bool inplace=False) -> Tensor', celu, celuOver);
writing('celu_(Tensor input, Scalar alpha=1.) -> Tensor', celuOver, 'torch', 'nn.functional');

/** x / (1 + exp(−x)) of a complex number. */
function complexSilu(re: number, im: number): void {
  const size = Math.exp(-re);
  const [c, d] = [1 + size * Math.cos(im), -size * Math.sin(im)];
  const norm = c * c + d * d;
  z.re = (re * c + im * d) / norm;
  z.im = (im * c - re * d) / norm;
}

const siluBackward = declare('silu_backward(Tensor grad_output, Tensor self) -> Tensor');

define(silu, {
  ...internal,
  realGradients: true,
  kernel: (self) =>
    isComplex(self.dtype)
      ? mapComplex(self, complexSilu)
      : eachFloat('silu_cpu', self, (round) => (x) => x / round(1 + round(Math.exp(-x)))),
  gradients: {
    self: {
      formula: '∂L/∂self = upstream · σ(self) · (1 + self · (1 − σ(self)))',
      saves: ['self'],
      rule: (g, { self }) => {
        if (!context.gradEnabled) return siluBackward(g, self);
        const s = sigmoid(self);
        return mulReversed(add(mul(self, sub(wrapNumber(1n), s)), 1n), mul(g, s));
      },
    },
  },
});

/** In one loop, for a backward pass that nobody differentiates. */
define(siluBackward, {
  ...internal,
  kernel: (grad, self) =>
    pairFloat('silu_backward_cpu', grad, self, (round) => (g, x) => {
      const s = round(1 / round(1 + round(Math.exp(-x))));
      return round(g * s) * round(1 + round(x * round(1 - s)));
    }),
});
withInplace('silu(Tensor input, bool inplace=False) -> Tensor', silu);

const mishBackward = declare('mish_backward(Tensor grad_output, Tensor self) -> Tensor');

/** x · tanh(ln(1 + exp(x))) (Misra 2020, arXiv:1908.08681). */
define(mish, {
  ...internal,
  kernel: (self) => {
    if (self.dtype === bfloat16) refuseDType('mish_cpu', self.dtype);
    return eachFloat('mish_cpu', self, (round) => (x) => x * round(Math.tanh(round(Math.log1p(round(Math.exp(x)))))));
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream · (t + self · σ(self) · (1 − t²)) with t = tanh(softplus(self))',
      saves: ['self'],
      rule: (g, { self }) => {
        if (!context.gradEnabled) return mishBackward(g, self);
        const s = sigmoid(self);
        const t = tanh(log1p(exp(self)));
        return mul(g, add(t, mulReversed(sub(wrapNumber(1n), mul(t, t)), mul(self, s))));
      },
    },
  },
});

define(mishBackward, {
  ...internal,
  kernel: (grad, self) =>
    pairFloat('mish_backward_cpu', grad, self, (round) => (g, x) => {
      const s = round(1 / round(1 + round(Math.exp(-x))));
      const t = round(Math.tanh(round(Math.log1p(round(Math.exp(x))))));
      return g * round(t + round(round(x * s) * round(1 - round(t * t))));
    }),
});
withInplace('mish(Tensor input, bool inplace=False) -> Tensor', mish);

face('softsign(Tensor input) -> Tensor', (input) => div(input, add(abs(input), wrapNumber(1n))));
face('tanhshrink(Tensor input) -> Tensor', (input) => sub(input, tanh(input)));
face('sigmoid(Tensor input) -> Tensor', (input) => sigmoid(input));
face('tanh(Tensor input) -> Tensor', (input) => tanh(input));
