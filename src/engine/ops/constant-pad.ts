/** Padding with a constant. */
import { runtimeError } from '../errors.ts';
import { declare, define } from '../registry.ts';
import type { Shape } from '../shape.ts';
import { convertScalars } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import type { Scalar } from '../values.ts';
import { restrided } from './layout.ts';
import { copyRaw } from './raw.ts';

export const constantPad = declare('constant_pad_nd(Tensor self, int[] pad, Scalar value=0) -> Tensor');

/** Elements before and after each dimension, of pairs that begin with the last dimension. */
function marginsOf(pad: readonly number[], rank: number): [number, number][] {
  if (pad.length % 2 !== 0) {
    throw runtimeError(`Length of pad must be even but instead it equals ${pad.length}`);
  }
  if (pad.length > 2 * rank) {
    throw runtimeError(
      `Length of pad should be no more than twice the number of dimensions of the input. Pad length is ${pad.length} while the input has ${rank} dimensions.`,
    );
  }
  return Array.from({ length: rank }, (_, d) => {
    const at = 2 * (rank - 1 - d);
    return [pad[at] ?? 0, pad[at + 1] ?? 0];
  });
}

define(constantPad, {
  kernel: (self, pad, value) => {
    const margins = marginsOf(pad, self.rank);
    const shape = self.shape.map((size, d) => {
      const [before, after] = margins[d]!;
      if (size + before + after >= 0) return size + before + after;
      throw runtimeError(
        `The input size ${size}, plus negative padding ${before} and ${after} resulted in a negative output size, which is invalid. Check dimension ${d} of your input.`,
      );
    });
    const out = filled(shape, self, value);
    copyRaw(
      inner(out, margins),
      inner(
        self,
        margins.map(([before, after]) => [-before, -after]),
      ),
    );
    return out;
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream without the padding',
      rule: (g, { pad }) =>
        constantPad(
          g,
          pad.map((n) => -n),
          0n,
        ),
    },
  },
});

function filled(shape: Shape, like: Tensor, value: Scalar): Tensor {
  const out = emptyTensor(shape, like.dtype);
  if (Number(value) === 0) return out;
  const { data } = out.storage;
  const { lanes } = like.dtype;
  const one = like.dtype.allocate(1);
  convertScalars([value], one, like.dtype);
  for (let i = 0; i < data.length; i++) data[i] = one[i % lanes] as never;
  return out;
}

/** The part within positive margins; a negative one has no effect. */
function inner(tensor: Tensor, margins: readonly (readonly [number, number])[]): Tensor {
  const cut = margins.map(([before, after]) => [Math.max(before, 0), Math.max(after, 0)] as const);
  const start = cut.reduce((sum, [before], d) => sum + before * tensor.strides[d]!, tensor.offset);
  const shape = tensor.shape.map((size, d) => Math.max(size - cut[d]![0] - cut[d]![1], 0));
  return restrided(tensor, shape, tensor.strides, start);
}
