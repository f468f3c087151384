/** Frames of a signal: what `stft` and `istft` do besides transforming. */
import { declare, define } from '../../registry.ts';
import type { Tensor } from '../../tensor.ts';
import { transpose } from '../movement.ts';
import { col2im } from '../nn/columns.ts';

const internal = { namespace: null, method: false } as const;

export const transposeInPlace = declare('_transpose_rows(Tensor self, int dim0, int dim1) -> Tensor');

/** Adds frames of [batch, n_fft, frames] up, each `hop` after the one before: [batch, 1, 1, length]. */
export function overlapAdd(frames: Tensor, hop: number): Tensor {
  const [size, count] = frames.shape.slice(1) as [number, number];
  return col2im(frames, [1, size + hop * (count - 1)], [1, size], [1, 1], [0, 0], [1, hop]);
}

/** PyTorch transposes in place here, so that the result is no view. */
define(transposeInPlace, {
  variants: internal,
  node: 'TransposeBackward1',
  kernel: (self, dim0, dim1) => transpose.def!.kernel(self, dim0, dim1) as Tensor,
  gradients: { self: { formula: '∂L/∂self = upstreamᵀ', rule: (g, { dim0, dim1 }) => transpose(g, dim0, dim1) } },
});
