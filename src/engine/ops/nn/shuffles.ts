/** `pixel_shuffle` and its like: channels become places, places become channels. */
import { keptFormat } from '../../axis-maps.ts';
import { quietly } from '../../context.ts';
import { runtimeError } from '../../errors.ts';
import { emptyStrided, formatStrides } from '../../memory-format.ts';
import { alias, declare, define } from '../../registry.ts';
import { formatShape, type Shape } from '../../shape.ts';
import type { Tensor } from '../../tensor.ts';
import { permute, view } from '../movement.ts';
import { copyRaw } from '../raw.ts';
import { underived } from '../underived.ts';

const shuffle = declare('pixel_shuffle(Tensor self, int upscale_factor) -> Tensor');
const unshuffle = declare('pixel_unshuffle(Tensor self, int downscale_factor) -> Tensor');
const channels = declare('channel_shuffle(Tensor self, int groups) -> Tensor');
const nativeChannels = declare('native_channel_shuffle(Tensor self, int groups) -> Tensor');

/** Splits dimensions, lets them change places and puts them together again; laid out in memory as self is. */
function rearranged(self: Tensor, split: Shape, order: Shape, shape: Shape): Tensor {
  return quietly(() => {
    const out = emptyStrided(shape, formatStrides(shape, keptFormat(self)), self.dtype);
    const pieces = order.map((d) => split[d]!);
    if (out.numel > 0) copyRaw(view(out, pieces), permute(view(self, split), order));
    return out;
  });
}

function checkImage(self: Tensor, name: string, factor: number, kind: string): void {
  if (self.rank < 3) {
    throw runtimeError(
      `${name} expects input to have at least 3 dimensions, but got input with ${self.rank} dimension(s)`,
    );
  }
  if (factor <= 0) throw runtimeError(`${name} expects a positive ${kind}, but got ${factor}`);
}

define(shuffle, {
  variants: { method: false, out: false },
  kernel: (self, r) => {
    checkImage(self, 'pixel_shuffle', r, 'upscale_factor');
    const [c, h, w] = self.shape.slice(-3) as [number, number, number];
    if (c % (r * r) !== 0) {
      throw runtimeError(
        `pixel_shuffle expects its input's 'channel' dimension to be divisible by the square of upscale_factor, but input.size(-3)=${c} is not divisible by ${r * r}`,
      );
    }
    const batch = self.shape.slice(0, -3);
    const n = batch.length;
    const order = [...batch.keys(), n, n + 3, n + 1, n + 4, n + 2];
    const few = c / (r * r);
    return rearranged(self, [...batch, few, r, r, h, w], order, [...batch, few, h * r, w * r]);
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream, places back in their channels',
      rule: (g, s) => unshuffle(g, s.upscale_factor),
    },
  },
});

define(unshuffle, {
  variants: { method: false, out: false },
  kernel: (self, r) => {
    checkImage(self, 'pixel_unshuffle', r, 'downscale_factor');
    const [c, h, w] = self.shape.slice(-3) as [number, number, number];
    for (const [what, size, d] of [
      ['height', h, -2],
      ['width', w, -1],
    ] as const) {
      if (size % r === 0) continue;
      throw runtimeError(
        `pixel_unshuffle expects ${what} to be divisible by downscale_factor, but input.size(${d})=${size} is not divisible by ${r}`,
      );
    }
    const batch = self.shape.slice(0, -3);
    const n = batch.length;
    const order = [...batch.keys(), n, n + 2, n + 4, n + 1, n + 3];
    return rearranged(self, [...batch, c, h / r, r, w / r, r], order, [...batch, c * r * r, h / r, w / r]);
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream, channels back in their places',
      rule: (g, s) => shuffle(g, s.downscale_factor),
    },
  },
});

function shuffled(self: Tensor, groups: number): Tensor {
  if (self.rank <= 2) {
    throw runtimeError(
      `channel_shuffle expects input with > 2 dims, but got input with sizes ${formatShape(self.shape)}`,
    );
  }
  if (groups <= 0)
    throw runtimeError(`Number of groups to divide channels in must be positive. Value of groups:${groups}`);
  const [n, c, ...plane] = self.shape as [number, number, ...number[]];
  if (c % groups !== 0) {
    throw runtimeError(`Number of channels must be divisible by groups. Got ${c} channels and ${groups} groups.`);
  }
  const order = [0, 2, 1, ...plane.map((_, d) => d + 3)];
  return rearranged(self, [n, groups, c / groups, ...plane], order, self.shape);
}

for (const [op, refused] of [
  [channels, 'channel_shuffle'],
  [nativeChannels, 'aten::native_channel_shuffle'],
] as const) {
  define(op, {
    variants: { method: false, out: false },
    node: 'NotImplemented',
    kernel: shuffled,
    gradients: { self: underived(refused) },
  });
}

for (const op of [shuffle, unshuffle, channels, nativeChannels]) {
  alias(op, op.row!.publicName, { namespace: 'nn.functional' });
}
