import { declare, define } from '../registry.ts';
import { positions } from '../strided.ts';
import { emptyTensor } from '../tensor.ts';
import { contiguous } from './conversion.ts';
import { restrided } from './layout.ts';
import { copyRaw } from './raw.ts';

export const asStrided = declare(
  'as_strided(Tensor self, int[] size, int[] stride, int? storage_offset=None) -> Tensor',
);
export const asStridedBackward = declare(
  '_as_strided_backward(Tensor grad, int[] input_sizes, int[] size, int[] stride, int? storage_offset=None) -> Tensor',
);

/** self with `src` written where the strides say; self must be contiguous. */
export const asStridedScatter = declare(
  'as_strided_scatter(Tensor self, Tensor src, int[] size, int[] stride, int? storage_offset=None) -> Tensor',
);

define(asStridedScatter, {
  variants: { namespace: null, method: false },
  kernel: (self, src, size, stride, offset) => {
    const out = emptyTensor(self.shape, self.dtype);
    copyRaw(out, self);
    copyRaw(restrided(out, size, stride, offset ?? 0), src);
    return out;
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream, 0 where src was written',
      rule: (g, s) => {
        const zeros = emptyTensor(s.size, g.dtype);
        return asStridedScatter(contiguous(g), zeros, s.size, s.stride, s.storage_offset);
      },
    },
    src: {
      formula: '∂L/∂src = upstream where src was written',
      rule: (g, { size, stride, storage_offset }) => asStrided(contiguous(g), size, stride, storage_offset),
    },
  },
});

define(asStrided, {
  view: true,
  kernel: (self, size, stride, offset) => restrided(self, size, stride, offset ?? self.offset),
  gradients: {
    self: {
      formula: '∂L/∂self = upstream, added where self was read',
      rule: (g, s) => asStridedBackward(g, s.shapeOf(), s.size, s.stride, s.storage_offset),
    },
  },
});

/** For inputs that lie contiguously, as a base does. An element that was read twice gets both gradients. */
define(asStridedBackward, {
  variants: { namespace: null, method: false },
  kernel: (grad, sizes, size, stride, offset) => {
    const out = emptyTensor(sizes, grad.dtype);
    const to = out.storage.data as Float64Array;
    const from = positions(grad.shape, grad.strides, grad.offset);
    const data = grad.storage.data as Float64Array;
    positions(size, stride, offset ?? 0).forEach((position, i) => {
      to[position]! += data[from[i]!]!;
    });
    return out;
  },
  gradients: {
    grad: {
      formula: '∂L/∂grad = upstream, read as strided',
      rule: (g, { size, stride, storage_offset }) => asStrided(contiguous(g), size, stride, storage_offset),
    },
  },
});
