import type { Shape } from '../shape.ts';
import { Tensor } from '../tensor.ts';

/** Another shape over the same memory: the raw material of views, without history. */
export function restrided(self: Tensor, shape: Shape, strides: Shape, offset: number = self.offset): Tensor {
  const view = new Tensor(self.storage, shape, strides, offset, self.dtype);
  view.conj = self.conj;
  return view;
}

export function permuted(self: Tensor, dims: readonly number[]): Tensor {
  return restrided(
    self,
    dims.map((d) => self.shape[d]!),
    dims.map((d) => self.strides[d]!),
  );
}
