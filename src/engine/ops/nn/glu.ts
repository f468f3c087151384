/** Gated linear units (Dauphin et al. 2017, arXiv:1612.08083): one half of a tensor, gated by the logistic function of the other. */
import { quietly } from '../../context.ts';
import { runtimeError } from '../../errors.ts';
import { declare, define } from '../../registry.ts';
import { wrapDim } from '../../shape.ts';
import type { Tensor } from '../../tensor.ts';
import { wrapNumber } from '../../values.ts';
import { add, mul, sub } from '../arithmetic.ts';
import { sigmoid } from '../exponential.ts';
import { cat } from '../joining.ts';
import { slice } from '../movement.ts';
import { requireFloating } from './elementwise.ts';
import { face, internal } from './face.ts';

export const glu = declare('glu(Tensor self, int dim=-1) -> Tensor');
const gluBackward = declare('glu_backward(Tensor grad_output, Tensor self, int dim) -> Tensor');

function halves(self: Tensor, dim: number): readonly [Tensor, Tensor] {
  const half = self.shape[wrapDim(dim, self.rank)]! / 2;
  return [slice(self, dim, 0, half), slice(self, dim, half, 2 * half)];
}

/** σ′ = σ (1 − σ). */
const bend = (s: Tensor): Tensor => mul(s, sub(wrapNumber(1n), s));

define(glu, {
  ...internal,
  kernel: (self, dim) => {
    if (self.rank === 0) throw runtimeError('glu does not support scalars because halving size must be even');
    const at = wrapDim(dim, self.rank);
    if (self.shape[at]! % 2 !== 0) {
      throw runtimeError(`Halving dimension must be even, but dimension ${at} is size ${self.shape[at]}`);
    }
    requireFloating('glu_cpu', self.dtype);
    return quietly(() => {
      const [a, b] = halves(self, dim);
      return mul(a, sigmoid(b));
    });
  },
  gradients: {
    self: {
      formula: '∂L/∂a = upstream · σ(b),  ∂L/∂b = upstream · a · σ′(b), with the halves a, b of self',
      saves: ['self'],
      rule: (g, { self, dim }) => gluBackward(g, self, dim),
    },
  },
});
face('glu(Tensor input, int dim=-1) -> Tensor', (input, dim) => glu(input, dim));

define(gluBackward, {
  ...internal,
  kernel: (grad, self, dim) =>
    quietly(() => {
      const [a, b] = halves(self, dim);
      const s = sigmoid(b);
      return cat([mul(s, grad), mul(mul(mul(sub(wrapNumber(1n), s), s), grad), a)], dim);
    }),
  gradients: {
    grad_output: {
      formula: '∂L/∂grad_output = upstream_a · σ(b) + upstream_b · a · σ′(b)',
      saves: ['self'],
      rule: (g, { self, dim }) => {
        const [a, b] = halves(self, dim);
        const [ga, gb] = halves(g, dim);
        const s = sigmoid(b);
        return add(mul(ga, s), mul(mul(gb, a), bend(s)));
      },
    },
    self: {
      formula:
        '∂L/∂a = upstream_b · grad_output · σ′(b),  ∂L/∂b = grad_output · (upstream_a · σ′(b) + upstream_b · a · σ″(b))',
      saves: ['grad_output', 'self'],
      rule: (g, { grad_output, self, dim }) => {
        const [a, b] = halves(self, dim);
        const [ga, gb] = halves(g, dim);
        const s = sigmoid(b);
        const first = mul(grad_output, bend(s));
        const second = mul(mul(gb, a), sub(wrapNumber(1n), mul(s, 2n)));
        return cat([mul(gb, first), mul(first, add(ga, second))], dim);
      },
    },
  },
});
