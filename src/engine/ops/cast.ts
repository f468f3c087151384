import { type DType, isComplex } from '../dtype.ts';
import { declare, define } from '../registry.ts';
import { convert, gather } from '../strided.ts';
import type { Tensor } from '../tensor.ts';
import { real } from './complex.ts';
import { fromData } from './pointwise.ts';

export const clone = declare('clone(Tensor self) -> Tensor');
export const toCopy = declare('_to_copy(Tensor self, ScalarType dtype) -> Tensor');

define(clone, {
  kernel: (self) => fromData(gather(self, self.shape), self.shape, self.dtype),
  gradients: { self: { formula: '∂L/∂self = upstream', rule: (g) => g } },
});

define(toCopy, {
  variants: { namespace: null, method: false },
  node: 'ToCopyBackward0',
  kernel: (self, dtype) => {
    const data = gather(self, self.shape);
    return fromData(convert(data, self.dtype, dtype), self.shape, dtype);
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream',
      rule: (g, s) => cast(isComplex(s.metaOf().dtype) ? g : real(g), s.metaOf().dtype),
    },
  },
});

/** The tensor itself where it has the dtype already. */
export const cast = (tensor: Tensor, dtype: DType): Tensor => (tensor.dtype === dtype ? tensor : toCopy(tensor, dtype));
