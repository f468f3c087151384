/** Frames of a signal: what `stft` and `istft` do besides transforming. */
import { declare, define } from '../../registry.ts';
import { numel } from '../../shape.ts';
import { gather, type NumberData } from '../../strided.ts';
import { emptyTensor, type Tensor } from '../../tensor.ts';
import { transpose } from '../movement.ts';
import { fromData } from '../pointwise.ts';

const internal = { namespace: null, method: false } as const;

export const overlapAdd = declare('_overlap_add(Tensor self, int hop) -> Tensor');
const framesOf = declare('_frames(Tensor grad, int n_fft, int hop) -> Tensor');
export const transposeInPlace = declare('_transpose_rows(Tensor self, int dim0, int dim1) -> Tensor');

/** Adds frames of [batch, n_fft, frames] up, each `hop` after the one before: [batch, 1, 1, length]. */
define(overlapAdd, {
  variants: internal,
  node: 'Col2ImBackward0',
  kernel: (self, hop) => {
    const [batch, size, frames] = self.shape as [number, number, number];
    const length = size + hop * (frames - 1);
    const { lanes } = self.dtype;
    const data = gather(self, self.shape) as NumberData;
    const out = self.dtype.allocate(batch * length) as NumberData;
    for (let i = 0; i < numel(self.shape); i++) {
      const frame = i % frames;
      const at = Math.floor(i / frames) % size;
      const to = Math.floor(i / (frames * size)) * length + frame * hop + at;
      for (let lane = 0; lane < lanes; lane++) out[to * lanes + lane]! += data[i * lanes + lane]!;
    }
    return fromData(out, [batch, 1, 1, length], self.dtype);
  },
  gradients: {
    self: {
      formula: '∂L/∂self = the frames of upstream',
      rule: (g, s) => framesOf(g, s.shapeOf()[1]!, s.hop),
    },
  },
});

define(framesOf, {
  variants: internal,
  kernel: (grad, size, hop) => {
    const [batch, length] = [grad.shape[0]!, grad.shape[3]!];
    const frames = 1 + Math.floor((length - size) / hop);
    const { lanes } = grad.dtype;
    const data = gather(grad, grad.shape) as NumberData;
    const out = emptyTensor([batch, size, frames], grad.dtype);
    const target = out.storage.data as NumberData;
    for (let i = 0; i < out.numel; i++) {
      const from = Math.floor(i / (frames * size)) * length + (i % frames) * hop + (Math.floor(i / frames) % size);
      for (let lane = 0; lane < lanes; lane++) target[i * lanes + lane] = data[from * lanes + lane]!;
    }
    return out;
  },
  gradients: { grad: { formula: '∂L/∂grad = upstream, added up', rule: (g, { hop }) => overlapAdd(g, hop) } },
});

/** PyTorch transposes in place here, so that the result is no view. */
define(transposeInPlace, {
  variants: internal,
  node: 'TransposeBackward1',
  kernel: (self, dim0, dim1) => transpose.def!.kernel(self, dim0, dim1) as Tensor,
  gradients: { self: { formula: '∂L/∂self = upstreamᵀ', rule: (g, { dim0, dim1 }) => transpose(g, dim0, dim1) } },
});
