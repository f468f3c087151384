/** Gaussian error linear units (Hendrycks and Gimpel 2016, arXiv:1606.08415). */
import { float32 } from '../../dtype.ts';
import { runtimeError } from '../../errors.ts';
import { declare, define } from '../../registry.ts';
import { erf as erfOf } from '../../special/error.ts';
import type { Tensor } from '../../tensor.ts';
import { wrapNumber } from '../../values.ts';
import { tanhGelu } from '../../wasm/gelu.ts';
import { add, mul, sub } from '../arithmetic.ts';
import { exp, tanh } from '../exponential.ts';
import { eachFloat, pairFloat, type Round } from './elementwise.ts';
import { functional, internal } from './face.ts';

export const gelu = declare("gelu(Tensor self, *, str approximate='none') -> Tensor");
const geluBackward = declare("gelu_backward(Tensor grad_output, Tensor self, *, str approximate='none') -> Tensor");

const ROOT_HALF = Math.SQRT1_2;
const ROOT_2_PI = Math.sqrt(2 / Math.PI);
const CUBIC = 0.044715;

function usesTanh(approximate: string): boolean {
  if (approximate !== 'none' && approximate !== 'tanh') {
    throw runtimeError('approximate argument must be either none or tanh.');
  }
  return approximate === 'tanh';
}

type Erf = (x: number) => number;

/** Abramowitz and Stegun 7.1.26, |error| < 1.5e-7: what oneDNN computes for a float32 tensor, and so what PyTorch prints. */
function shortErf(x: number): number {
  const size = Math.abs(x);
  const t = round32(1 / round32(1 + round32(0.3275911 * size)));
  let sum = 1.061405429;
  for (const term of [-1.453152027, 1.421413741, -0.284496736, 0.254829592]) sum = round32(sum * t + term);
  const complement = round32(round32(Math.exp(-round32(size * size))) * round32(sum * t));
  return x < 0 ? complement - 1 : 1 - complement;
}
const round32 = Math.fround;

/** The error function for a tensor of this many elements; one element alone does not go through oneDNN. */
const erfFor = (self: Tensor): Erf => (self.dtype === float32 && self.numel !== 1 ? shortErf : erfOf);

/** x · Φ(x), with the normal distribution's Φ. */
const normal = (erf: Erf) => (round: Round) => {
  const root = round(ROOT_HALF);
  return (x: number): number => round(0.5 * x) * round(erf(round(x * root))) + round(0.5 * x);
};

/** The argument of the hyperbolic tangent that stands for Φ. */
const inner = (round: Round, x: number): number =>
  round(round(ROOT_2_PI) * round(x + round(round(CUBIC) * round(round(x * x) * x))));

const approximated =
  (round: Round) =>
  (x: number): number =>
    round(0.5 * x) * round(1 + round(Math.tanh(inner(round, x))));

define(gelu, {
  variants: functional,
  kernel: (self, approximate) =>
    usesTanh(approximate)
      ? eachFloat('GeluKernelImpl', self, approximated, (n, out, x) => tanhGelu(n, out, x, null))
      : eachFloat('GeluKernelImpl', self, normal(erfFor(self))),
  gradients: {
    self: {
      formula: '∂L/∂self = upstream · (Φ(self) + self · φ(self))',
      saves: ['self'],
      rule: (g, { self, approximate }) => geluBackward(g, self, approximate),
    },
  },
});

/** Φ(x) + x φ(x). */
const normalSlope = (erf: Erf) => (round: Round) => {
  const root = round(ROOT_HALF);
  const height = round(1 / Math.sqrt(2 * Math.PI));
  return (g: number, x: number): number => {
    const cumulative = round(0.5 * round(1 + round(erf(round(x * root)))));
    const density = round(height * round(Math.exp(round(round(x * x) * -0.5))));
    return g * round(cumulative + round(x * density));
  };
};

const approximatedSlope =
  (round: Round) =>
  (g: number, x: number): number => {
    const t = round(Math.tanh(inner(round, x)));
    const left = round(0.5 * round(1 + t));
    const slope = round(round(ROOT_2_PI) * round(1 + round(round(3 * CUBIC) * round(x * x))));
    return g * round(left + round(round(round(0.5 * x) * round(1 - round(t * t))) * slope));
  };

define(geluBackward, {
  ...internal,
  kernel: (grad, self, approximate) =>
    usesTanh(approximate)
      ? pairFloat('GeluBackwardKernelImpl', grad, self, approximatedSlope, false, (n, out, g, x) =>
          tanhGelu(n, out, x, g),
        )
      : pairFloat('GeluBackwardKernelImpl', grad, self, normalSlope(erfFor(self))),
  gradients: {
    grad_output: {
      formula: '∂L/∂grad_output = upstream · (Φ(self) + self · φ(self))',
      saves: ['self'],
      rule: (g, { self, approximate }) => geluBackward(g, self, approximate),
    },
    self: {
      formula: '∂L/∂self = upstream · grad_output · φ(self) · (2 − self²)',
      saves: ['grad_output', 'self'],
      rule: (g, s) =>
        mul(mul(g, s.grad_output), s.approximate === 'tanh' ? tanhCurvature(s.self) : normalCurvature(s.self)),
    },
  },
});

const one = (): Tensor => wrapNumber(1n);

/** φ(x) (2 − x²). */
function normalCurvature(x: Tensor): Tensor {
  const square = mul(x, x);
  const density = mul(exp(mul(square, -0.5)), 1 / Math.sqrt(2 * Math.PI));
  return mul(density, sub(wrapNumber(2n), square));
}

/** With t = tanh(u): (1 − t²) (u′ + x/2 (u″ − 2 t u′²)). */
function tanhCurvature(x: Tensor): Tensor {
  const square = mul(x, x);
  const t = tanh(mul(mul(x, add(mul(square, CUBIC), 1n)), ROOT_2_PI));
  const first = mul(add(mul(square, 3 * CUBIC), 1n), ROOT_2_PI);
  const second = mul(x, 6 * CUBIC * ROOT_2_PI);
  const bend = sub(second, mul(mul(t, 2n), mul(first, first)));
  return mul(sub(one(), mul(t, t)), add(first, mul(mul(x, 0.5), bend)));
}
