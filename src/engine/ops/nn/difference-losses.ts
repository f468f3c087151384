/** Losses that are a function of input − target. */
import { quietly } from '../../context.ts';
import { bfloat16, promoteTypes } from '../../dtype.ts';
import { runtimeError } from '../../errors.ts';
import { declare, define, type Op } from '../../registry.ts';
import type { Tensor } from '../../tensor.ts';
import { mul, neg, sub } from '../arithmetic.ts';
import { masked } from '../choice.ts';
import { lt } from '../comparison.ts';
import { onesLike } from '../raw.ts';
import { abs } from '../signs.ts';
import { pairFloat, type Round, refuseDType, tripleFloat } from './elementwise.ts';
import { face, internal } from './face.ts';
import { broadcastPair, byUpstream, perElement, reduced, reductionOf } from './loss-reduction.ts';

/** A function of the difference d; `width` is the place of its kink. */
interface Curve {
  /** PyTorch's name of the loop. */
  readonly kernel: string;
  readonly value: (round: Round, width: number) => (d: number) => number;
  /** The derivative, times `g`. */
  readonly slope: (round: Round, width: number) => (g: number, d: number) => number;
  /** The second derivative by d, times `g`. */
  readonly bend: (g: Tensor, d: Tensor, width: number) => Tensor;
  readonly formula: string;
  /** Whether its backward function takes float16. */
  readonly halves: boolean;
}

type Loss = '(Tensor self, Tensor target, str reduction, float width) -> Tensor';
type Backward = '(Tensor grad_output, Tensor self, Tensor target, str reduction, float width) -> Tensor';

/** The loss as one op, and its backward function as another. */
function curveLoss(name: string, curve: Curve): Op<`x${Loss}`> {
  const loss = declare(
    `${name}(Tensor self, Tensor target, str reduction, float width) -> Tensor`,
  ) as unknown as Op<`x${Loss}`>;
  const slope = declare(
    `${name}_backward(Tensor grad_output, Tensor self, Tensor target, str reduction, float width) -> Tensor`,
  ) as unknown as Op<`x${Backward}`>;
  define(loss, {
    ...internal,
    kernel: (self, target, reduction, width) => {
      const losses = pairFloat(curve.kernel, self, target, pairValue(curve, width), true);
      return quietly(() => reduced(losses, reduction));
    },
    gradients: {
      self: {
        formula: `∂L/∂input = ${curve.formula}`,
        saves: ['self', 'target'],
        rule: (g, s) => slope(g, s.self, s.target, s.reduction, s.width),
      },
      target: {
        formula: '∂L/∂target = −∂L/∂input',
        saves: ['self', 'target'],
        rule: (g, s) => slope(g, s.target, s.self, s.reduction, s.width),
      },
    },
  });
  defineSlope(slope, curve);
  return loss;
}

const pairValue = (curve: Curve, width: number) => (round: Round) => {
  const value = curve.value(round, round(width));
  return (x: number, t: number): number => value(round(x - t));
};

function defineSlope(slope: Op<`x${Backward}`>, curve: Curve): void {
  const bent = (
    g: Tensor,
    s: { grad_output: Tensor; self: Tensor; target: Tensor; reduction: string; width: number },
  ) => curve.bend(mul(g, perElement(s.grad_output, s.self.numel, s.reduction)), sub(s.self, s.target), s.width);
  define(slope, {
    ...internal,
    kernel: (grad, self, target, reduction, width) => {
      const norm = reduction === 'mean' ? 1 / self.numel : 1;
      const make = (round: Round) => {
        const each = curve.slope(round, round(width));
        const scale = round(norm);
        return (g: number, x: number, t: number): number => scale * round(each(g, round(x - t)));
      };
      return tripleFloat(
        `${curve.kernel.replace('_cpu', '')}_backward_cpu_out`,
        [grad, self, target],
        make,
        curve.halves,
      );
    },
    gradients: {
      grad_output: {
        formula: '∂L/∂grad_output = upstream · slope',
        saves: ['self', 'target'],
        rule: (g, s) => {
          const each = slope(onesLike(s.self), s.self, s.target, s.reduction, s.width);
          return byUpstream(g, each, s.reduction);
        },
      },
      self: {
        formula: '∂L/∂input = upstream · grad_output · curvature',
        saves: ['grad_output', 'self', 'target'],
        rule: (g, s) => bent(g, s),
      },
      target: {
        formula: '∂L/∂target = −∂L/∂input',
        saves: ['grad_output', 'self', 'target'],
        rule: (g, s) => neg(bent(g, s)),
      },
    },
  });
}

const mseLoss = curveLoss('mse_loss', {
  kernel: 'mse_cpu',
  value: () => (d) => d * d,
  slope: (round) => (g, d) => round(2 * d) * g,
  bend: (g) => mul(g, 2n),
  formula: 'upstream · 2 (input − target) / n',
  halves: false,
});

const smoothL1Loss = curveLoss('smooth_l1_loss', {
  kernel: 'smooth_l1_cpu',
  value: (round, beta) => (d) => {
    const z = Math.abs(d);
    return z < beta ? round(round(0.5 * z) * z) / beta : z - round(0.5 * beta);
  },
  slope: (round, beta) => (g, d) => (d <= -beta ? -g : d >= beta ? g : round(d * g) / beta),
  bend: (g, d, beta) => masked(mul(g, 1 / beta), lt(abs(d), beta)),
  formula: 'upstream · (input − target) / beta / n, at most ± upstream / n',
  halves: false,
});

const huberLoss = curveLoss('huber_loss', {
  kernel: 'huber_cpu',
  value: (round, delta) => (d) => {
    const z = Math.abs(d);
    return z <= delta ? round(0.5 * z) * z : delta * round(z - round(0.5 * delta));
  },
  slope: (round, delta) => (g, d) => (d <= -delta ? -round(delta * g) : d >= delta ? round(delta * g) : d * g),
  bend: (g, d, delta) => mul(g, lt(abs(d), delta)),
  formula: 'upstream · (input − target) / n, at most ± upstream · delta / n',
  halves: true,
});

const FLAGS = 'bool? size_average=None, bool? reduce=None';

face(
  `mse_loss(Tensor input, Tensor target, ${FLAGS}, str reduction='mean') -> Tensor`,
  (input, target, sizeAverage, reduce, reduction) => {
    const how = reductionOf(sizeAverage, reduce, reduction);
    if (promoteTypes(input.dtype, target.dtype) === bfloat16) refuseDType('mse_cpu', bfloat16);
    return mseLoss(...broadcastPair(input, target), how, 0);
  },
);

const absolute = (input: Tensor, target: Tensor, how: string): Tensor => reduced(abs(sub(input, target)), how);

face(
  `l1_loss(Tensor input, Tensor target, ${FLAGS}, str reduction='mean') -> Tensor`,
  (input, target, sizeAverage, reduce, reduction) => {
    const how = reductionOf(sizeAverage, reduce, reduction);
    return absolute(...broadcastPair(input, target), how);
  },
);

face(
  `smooth_l1_loss(Tensor input, Tensor target, ${FLAGS}, str reduction='mean', float beta=1.) -> Tensor`,
  (input, target, sizeAverage, reduce, reduction, beta) => {
    const how = reductionOf(sizeAverage, reduce, reduction);
    const pair = broadcastPair(input, target);
    if (beta < 0) throw runtimeError('smooth_l1_loss does not support negative values for beta.');
    return smoothL1Loss(...pair, how, beta);
  },
);

face(
  "huber_loss(Tensor input, Tensor target, str reduction='mean', float delta=1.) -> Tensor",
  (input, target, reduction, delta) => {
    const how = reductionOf(null, null, reduction);
    const pair = broadcastPair(input, target);
    if (delta <= 0) throw runtimeError('huber_loss does not support non-positive values for delta.');
    return huberLoss(...pair, how, delta);
  },
);
