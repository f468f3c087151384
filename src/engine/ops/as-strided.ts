import { declare, define } from '../registry.ts';
import { positions } from '../strided.ts';
import { emptyTensor } from '../tensor.ts';
import { restrided } from './layout.ts';

export const asStrided = declare(
  'as_strided(Tensor self, int[] size, int[] stride, int? storage_offset=None) -> Tensor',
);
export const asStridedBackward = declare(
  '_as_strided_backward(Tensor grad, int[] input_sizes, int[] size, int[] stride, int? storage_offset=None) -> Tensor',
);

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
      rule: (g, { size, stride, storage_offset }) => asStrided(g, size, stride, storage_offset),
    },
  },
});
