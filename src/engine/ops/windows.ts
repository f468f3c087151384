/** `unfold`: overlapping windows of a dimension, as a view. */
import { runtimeError } from '../errors.ts';
import { declare, define } from '../registry.ts';
import { formatShape, type Shape, wrapDim } from '../shape.ts';
import { gather, type NumberData, positions } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import { restrided } from './layout.ts';

export const unfold = declare('unfold(Tensor self, int dimension, int size, int step) -> Tensor');
const unfoldBackward = declare(
  'unfold_backward(Tensor grad_in, int[] input_sizes, int dim, int size, int step) -> Tensor',
);

/** `size` elements from each `step`-th on; the window's elements are the last dimension. */
function windows(self: Tensor, dimension: number, size: number, step: number): Tensor {
  const d = wrapDim(dimension, self.rank);
  const length = self.shape[d] ?? 1;
  const stride = self.strides[d] ?? 1;
  if (size > length) throw runtimeError(`maximum size for tensor at dimension ${d} is ${length} but size is ${size}`);
  if (step <= 0) throw runtimeError(`step is ${step} but must be > 0`);
  const shape = self.rank === 0 ? [] : self.shape.with(d, Math.floor((length - size) / step) + 1);
  const strides = self.rank === 0 ? [] : self.strides.with(d, stride * step);
  if (size < 0) {
    throw runtimeError(
      `Storage size calculation overflowed with sizes=${formatShape([...shape, size])} and strides=${formatShape([...strides, stride])}`,
    );
  }
  return restrided(self, [...shape, size], [...strides, stride]);
}

define(unfold, {
  variants: { namespace: null },
  view: true,
  kernel: windows,
  gradients: {
    self: {
      formula: '∂L/∂self = upstream, added where windows overlap',
      rule: (g, s) => unfoldBackward(g, s.shapeOf(), s.dimension, s.size, s.step),
    },
  },
});

define(unfoldBackward, {
  variants: { namespace: null, method: false },
  kernel: (grad, sizes: Shape, dim, size, step) => {
    const out = emptyTensor(sizes, grad.dtype);
    const view = windows(out, dim, size, step);
    const values = gather(grad, grad.shape) as NumberData;
    const data = out.storage.data as NumberData;
    const { lanes } = grad.dtype;
    positions(view.shape, view.strides, 0).forEach((position, i) => {
      for (let k = 0; k < lanes; k++) data[position * lanes + k]! += values[i * lanes + k]!;
    });
    return out;
  },
  gradients: {
    grad_in: {
      formula: '∂L/∂grad_in = the windows of upstream',
      rule: (g, { dim, size, step }) => unfold(g, dim, size, step),
    },
  },
});
