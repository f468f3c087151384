/** Frames of a signal: what `stft` and `istft` do besides transforming. */
import { notImplemented, runtimeError, unsupported } from '../../errors.ts';
import { declare, define } from '../../registry.ts';
import { numel } from '../../shape.ts';
import { gather, type NumberData } from '../../strided.ts';
import { emptyTensor, type Tensor } from '../../tensor.ts';
import { constantPad } from '../constant-pad.ts';
import { limits, requireKernel } from '../limits.ts';
import { transpose } from '../movement.ts';
import { fromData } from '../pointwise.ts';

const internal = { namespace: null, method: false } as const;

const reflected = declare('_reflect_signal(Tensor self, int margin) -> Tensor');
const folded = declare('_fold_reflection(Tensor grad, Tensor self, int margin) -> Tensor');
const replicated = declare('_replicate_signal(Tensor self, int margin) -> Tensor');
const gathered = declare('_fold_replication(Tensor grad, Tensor self, int margin) -> Tensor');
export const overlapAdd = declare('_overlap_add(Tensor self, int hop) -> Tensor');
const framesOf = declare('_frames(Tensor grad, int n_fft, int hop) -> Tensor');
export const transposeInPlace = declare('_transpose_rows(Tensor self, int dim0, int dim1) -> Tensor');

/** Which element of a signal of n each element of the padded one is. */
type Source = (i: number, margin: number, n: number) => number;

const mirror: Source = (i, margin, n) => {
  const at = Math.abs(i - margin);
  return at < n ? at : 2 * (n - 1) - at;
};
const edge: Source = (i, margin, n) => Math.min(Math.max(i - margin, 0), n - 1);

function spread(self: Tensor, margin: number, source: Source): Tensor {
  const n = self.shape.at(-1)!;
  const { lanes } = self.dtype;
  const data = gather(self, self.shape) as NumberData;
  const size = n + 2 * margin;
  const out = emptyTensor([...self.shape.slice(0, -1), size], self.dtype);
  const target = out.storage.data as NumberData;
  for (let i = 0; i < out.numel; i++) {
    const from = Math.floor(i / size) * n + source(i % size, margin, n);
    for (let lane = 0; lane < lanes; lane++) target[i * lanes + lane] = data[from * lanes + lane]!;
  }
  return out;
}

function collect(grad: Tensor, margin: number, source: Source): Tensor {
  const size = grad.shape.at(-1)!;
  const n = size - 2 * margin;
  const { lanes } = grad.dtype;
  const data = gather(grad, grad.shape) as NumberData;
  const out = emptyTensor([...grad.shape.slice(0, -1), n], grad.dtype);
  const target = out.storage.data as NumberData;
  for (let i = 0; i < grad.numel; i++) {
    const to = Math.floor(i / size) * n + source(i % size, margin, n);
    for (let lane = 0; lane < lanes; lane++) target[to * lanes + lane]! += data[i * lanes + lane]!;
  }
  return out;
}

function padding(op: typeof reflected, back: typeof folded, node: string, source: Source): void {
  define(op, {
    variants: internal,
    node,
    kernel: (self, margin) => spread(self, margin, source),
    gradients: {
      self: {
        formula: '∂L/∂self = upstream, summed where it was copied to',
        saves: ['self'],
        rule: (g, { self, margin }) => back(g, self, margin),
      },
    },
  });
  define(back, {
    variants: internal,
    kernel: (grad, _, margin) => collect(grad, margin, source),
    gradients: {
      grad: { formula: '∂L/∂grad = upstream, padded', rule: (g, { margin }) => op(g, margin) },
      self: { formula: '∂L/∂self = 0', rule: (_, s) => emptyTensor(s.shapeOf(1), s.metaOf(1).dtype) },
    },
  });
}
padding(reflected, folded, 'ReflectionPad1DBackward0', mirror);
padding(replicated as never, gathered as never, 'ReplicationPad1DBackward0', edge);

/** The signals of [1, batch, n] with `margin` more elements at both ends, as `torch.nn.functional.pad` makes them. */
export function padSignal(self: Tensor, margin: number, mode: string): Tensor {
  if (mode === 'constant') return constantPad(self, [margin, margin], 0n);
  if (mode === 'circular') throw unsupported("stft with pad_mode='circular'");
  if (mode !== 'reflect' && mode !== 'replicate') throw notImplemented(`Unrecognised padding mode ${mode}`);
  if (mode === 'replicate') return replicated(self, margin);
  requireKernel(limits('reflection_pad1d', 'bool', 'int', 'half', 'bfloat16'), self.dtype);
  if (margin >= self.shape.at(-1)!) {
    throw runtimeError(
      `Argument #4: Padding size should be less than the corresponding input dimension, but got: padding (${margin}, ${margin}) at dimension 2 of input [${self.shape.join(', ')}]`,
    );
  }
  return reflected(self, margin);
}

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
