/** Dropout (Srivastava et al. 2014), of elements or of whole channels, and the kind that keeps mean and variance of selu. */
import { pythonFloat } from '../../../common/number.ts';
import { context, quietly } from '../../context.ts';
import { bool } from '../../dtype.ts';
import { runtimeError, valueError } from '../../errors.ts';
import { dispatchInplace } from '../../inplace.ts';
import { declare, define, type OpDef } from '../../registry.ts';
import { emptyTensor, type Tensor } from '../../tensor.ts';
import { add, div, mul, sub } from '../arithmetic.ts';
import { cast } from '../cast.ts';
import { sizedLike } from '../factory.ts';
import { squeezeDim, unsqueeze } from '../movement.ts';
import { coins } from '../random.ts';
import { face, internal } from './face.ts';

/** What is dropped, and how what is left makes up for it. */
interface Kind {
  /** Whole channels: dimension 1 of the input. */
  readonly channels: boolean;
  /** Klambauer et al. 2017, arXiv:1706.02515: what is dropped becomes selu's lower limit. */
  readonly alpha: boolean;
}

/** −(the limit of selu at −∞). */
const ALPHA = 1.7580993408473766;

const outOfRange = (p: number): string => `dropout probability has to be between 0 and 1, but got ${pythonFloat(p)}`;

function apply(op: { readonly def: OpDef | null }, self: Tensor, other: Tensor, inplace: boolean): Tensor {
  if (inplace) return dispatchInplace(op.def!, op === add ? [self, other, 1n] : [self, other]);
  return (op as typeof mul)(self, other);
}

/** The input with elements dropped, or itself where there is nothing to do. */
function dropped(input: Tensor, p: number, train: boolean, { channels, alpha }: Kind, inplace: boolean): Tensor {
  if (!(p >= 0 && p <= 1)) throw runtimeError(outOfRange(p));
  if (p === 0 || !train || input.numel === 0) return input;
  if (p === 1) return apply(mul, input, emptyTensor([], input.dtype), inplace);
  const kept = coins(
    channels ? channelNoise(input) : sizedLike(input, null, 'contiguous_format'),
    1 - p,
    context.generator,
  );
  if (!alpha)
    return apply(
      mul,
      input,
      quietly(() => div(kept, 1 - p)),
      inplace,
    );
  const scale = 1 / Math.sqrt((ALPHA * ALPHA * p + 1) * (1 - p));
  const shift = quietly(() => add(mul(sub(kept, 1n), ALPHA * scale), ALPHA * scale * p));
  const noise = quietly(() => mul(kept, scale));
  return apply(add, apply(mul, input, noise, inplace), shift, inplace);
}

function channelNoise(input: Tensor): Tensor {
  if (input.rank < 2) throw runtimeError('Feature dropout requires at least 2 dimensions in the input');
  return emptyTensor(
    input.shape.map((size, d) => (d < 2 ? size : 1)),
    input.dtype,
  );
}

/** The same as a lone example of a batch. */
function asBatch(input: Tensor, batched: boolean, inplace: boolean, body: (input: Tensor) => Tensor): Tensor {
  if (batched) return body(input);
  if (!inplace) return squeezeDim(body(unsqueeze(input, 0)), 0);
  body(dispatchInplace(unsqueeze.def!, [input, 0]));
  return dispatchInplace(squeezeDim.def!, [input, 0]);
}

/** Some elements of a tensor dropped, the others scaled. */
export const dropElements = (input: Tensor, p: number): Tensor => dropped(input, p, true, ELEMENTS, false);

function checkProbability(p: number): void {
  if (p < 0 || p > 1) throw valueError(outOfRange(p));
}

const ELEMENTS: Kind = { channels: false, alpha: false };
const CHANNELS: Kind = { channels: true, alpha: false };
const ALPHAS: Kind = { channels: false, alpha: true };
const ALPHA_CHANNELS: Kind = { channels: true, alpha: true };

face(
  'dropout(Tensor input, float p=0.5, bool training=True, bool inplace=False) -> Tensor',
  (input, p, train, over) => {
    checkProbability(p);
    return dropped(input, p, train, ELEMENTS, over);
  },
);
face(
  'alpha_dropout(Tensor input, float p=0.5, bool training=False, bool inplace=False) -> Tensor',
  (input, p, train, over) => {
    checkProbability(p);
    return dropped(input, p, train, ALPHAS, over);
  },
);
face(
  'feature_alpha_dropout(Tensor input, float p=0.5, bool training=False, bool inplace=False) -> Tensor',
  (input, p, train, over) => {
    checkProbability(p);
    return dropped(input, p, train, ALPHA_CHANNELS, over);
  },
);
face(
  'dropout1d(Tensor input, float p=0.5, bool training=True, bool inplace=False) -> Tensor',
  (input, p, train, over) => {
    checkProbability(p);
    if (input.rank !== 2 && input.rank !== 3) {
      throw runtimeError(
        `dropout1d: Expected 2D or 3D input, but received a ${input.rank}D input. Note that dropout1d exists to provide channel-wise dropout on inputs with 1 spatial dimension, a channel dimension, and an optional batch dimension (i.e. 2D or 3D inputs).`,
      );
    }
    return asBatch(input, input.rank === 3, over, (one) => dropped(one, p, train, CHANNELS, over));
  },
);
face(
  'dropout2d(Tensor input, float p=0.5, bool training=True, bool inplace=False) -> Tensor',
  (input, p, train, over) => {
    checkProbability(p);
    return dropped(input, p, train, CHANNELS, over);
  },
);
face(
  'dropout3d(Tensor input, float p=0.5, bool training=True, bool inplace=False) -> Tensor',
  (input, p, train, over) => {
    checkProbability(p);
    return asBatch(input, input.rank === 5, over, (one) => dropped(one, p, train, CHANNELS, over));
  },
);

for (const [name, kind] of [
  ['dropout', ELEMENTS],
  ['feature_dropout', CHANNELS],
  ['alpha_dropout', ALPHAS],
  ['feature_alpha_dropout', ALPHA_CHANNELS],
] as const) {
  for (const [suffix, over] of [
    ['', false],
    ['_', true],
  ] as const) {
    face(
      `${name}${suffix}(Tensor input, float p, bool train) -> Tensor`,
      ((input: Tensor, p: number, train: boolean) => dropped(input, p, train, kind, over)) as never,
      'torch',
    );
  }
}

const nativeDropout = declare('native_dropout(Tensor input, float p, bool? train) -> (Tensor, Tensor)');
const nativeDropoutBackward = declare(
  'native_dropout_backward(Tensor grad_output, Tensor mask, float scale) -> Tensor',
);

const scaleOf = (p: number, train: boolean | null): number => (train === false ? 1 : p === 1 ? 0 : 1 / (1 - p));

define(nativeDropout, {
  variants: { method: false },
  kernel: (input, p, train) =>
    quietly(() => {
      if (input.numel === 0 || train === false) {
        const all = coins(emptyTensor(input.shape, bool), 1, context.generator);
        return [mul(input, 1n), all];
      }
      const kept = coins(sizedLike(input, null, 'contiguous_format'), 1 - p, context.generator);
      return [mul(mul(input, kept), scaleOf(p, train)), cast(kept, bool)];
    }),
  joint: ([g], s) => [g == null ? null : nativeDropoutBackward(g, s.outputAt(1), scaleOf(s.p, s.train))],
  gradients: { input: { formula: '∂L/∂input = upstream · mask / (1 − p)', saves: ['results'], rule: (g) => g } },
});

define(nativeDropoutBackward, {
  ...internal,
  kernel: (grad, mask, scale) => quietly(() => mul(mul(grad, mask), scale)),
  gradients: {
    grad_output: {
      formula: '∂L/∂grad_output = upstream · mask · scale',
      rule: (g, { mask, scale }) => nativeDropoutBackward(g, mask, scale),
    },
  },
});
