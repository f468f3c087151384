import { type Data, type DType, isComplex } from '../dtype.ts';
import { emptyStrided, stridesLike } from '../memory-format.ts';
import { declare, define } from '../registry.ts';
import { isContiguous } from '../shape.ts';
import { convert, gather, scatter } from '../strided.ts';
import type { Tensor } from '../tensor.ts';
import { real } from './complex.ts';
import { fromData } from './pointwise.ts';

export const clone = declare('clone(Tensor self, *, MemoryFormat? memory_format=None) -> Tensor');
export const toCopy = declare('_to_copy(Tensor self, ScalarType dtype, MemoryFormat? memory_format=None) -> Tensor');

define(clone, {
  kernel: (self, format) => laidOut(self, gather(self, self.shape), self.dtype, format),
  gradients: { self: { formula: '∂L/∂self = upstream', rule: (g) => g } },
});

define(toCopy, {
  variants: { namespace: null, method: false },
  node: 'ToCopyBackward0',
  kernel: (self, dtype, format) => {
    const data = gather(self, self.shape);
    return laidOut(self, convert(data, self.dtype, dtype), dtype, format);
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream',
      rule: (g, s) => cast(isComplex(s.metaOf().dtype) ? g : real(g), s.metaOf().dtype),
    },
  },
});

/** The row-major elements as a new tensor, in memory in the order that the format asks for. */
function laidOut(self: Tensor, data: Data, dtype: DType, format: string | null): Tensor {
  const { shape } = self;
  const asIs = format === null || format === 'preserve_format';
  if (asIs && self.isContiguous) return fromData(data, shape, dtype);
  const strides = stridesLike(self, format);
  if (isContiguous(shape, strides)) return fromData(data, shape, dtype);
  const out = emptyStrided(shape, strides, dtype);
  scatter(out, data);
  return out;
}

/** The tensor itself where it has the dtype already. */
export const cast = (tensor: Tensor, dtype: DType): Tensor => (tensor.dtype === dtype ? tensor : toCopy(tensor, dtype));
