/** Padding with one value, and taking away from the edges. */
import { keptFormat } from '../axis-maps.ts';
import { quietly } from '../context.ts';
import { runtimeError } from '../errors.ts';
import { emptyStrided, formatStrides } from '../memory-format.ts';
import { declare, define } from '../registry.ts';
import type { Tensor } from '../tensor.ts';
import { wrapNumber } from '../values.ts';
import { clone } from './cast.ts';
import { restrided } from './layout.ts';
import { copyRaw } from './raw.ts';
import { narrow } from './rearrangement.ts';

export const constantPad = declare('constant_pad_nd(Tensor self, int[] pad, Scalar value=0) -> Tensor');

/** `pad` has before and after of the last dimension, then of the one before it; negative numbers take away. */
define(constantPad, {
  variants: { method: false },
  kernel: (self, pad, value) => {
    if (pad.length % 2 !== 0) throw runtimeError(`Length of pad must be even but instead it equals ${pad.length}`);
    if (pad.length > 2 * self.rank) {
      throw runtimeError(
        `Length of pad should be no more than twice the number of dimensions of the input. Pad length is ${pad.length}while the input has ${self.rank}dimensions.`,
      );
    }
    const kept = quietly(() => cut(self, pad));
    if (pad.every((count) => count <= 0)) return clone.def!.kernel(kept, null) as Tensor;
    const shape = self.shape.map((size, d) => (d < self.rank - pad.length / 2 ? size : paddedSize(self, pad, d, size)));
    const out = emptyStrided(shape, formatStrides(shape, keptFormat(self)), self.dtype);
    copyRaw(out, wrapNumber(value));
    copyRaw(restrided(out, kept.shape, out.strides, cornerOf(out, pad)), kept);
    return out;
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream without the padding',
      rule: (g, { pad }) =>
        constantPad(
          g,
          pad.map((count) => -count),
        ),
    },
  },
});

const padOf = (pad: readonly number[], rank: number, d: number): readonly [number, number] => {
  const at = 2 * (rank - 1 - d);
  return [pad[at] ?? 0, pad[at + 1] ?? 0];
};

/** Without what negative padding takes away. */
function cut(self: Tensor, pad: readonly number[]): Tensor {
  return self.shape.reduce((kept, _, d) => {
    const [before, after] = padOf(pad, self.rank, d);
    const behind = before < 0 ? narrow(kept, d, -before, kept.shape[d]! + before) : kept;
    return after < 0 ? narrow(behind, d, 0, behind.shape[d]! + after) : behind;
  }, self);
}

function paddedSize(self: Tensor, pad: readonly number[], d: number, size: number): number {
  const [before, after] = padOf(pad, self.rank, d);
  const padded = size + before + after;
  if (padded > 0) return padded;
  throw runtimeError(
    `The input size ${size}, plus negative padding ${before} and ${after} resulted in a negative output size, which is invalid. Check dimension ${d} of your input.`,
  );
}

/** Where the first element that is kept lies. */
const cornerOf = (out: Tensor, pad: readonly number[]): number =>
  out.strides.reduce((at, stride, d) => at + Math.max(padOf(pad, out.rank, d)[0], 0) * stride, 0);
