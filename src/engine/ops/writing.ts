/** Ops that mean to write: `zero_`, `fill_`, `copy_`. Their forms that write nothing exist for the in-place machinery only. */
import { declare, define } from '../registry.ts';
import { broadcastTo } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import { cast } from './cast.ts';
import { fromData } from './pointwise.ts';
import { copyRaw, zerosLike } from './raw.ts';
import { sum } from './reduction.ts';

export const zero = declare('zero(Tensor self) -> Tensor');
export const fill = declare('fill.Tensor(Tensor self, Tensor value) -> Tensor');
export const copy = declare('copy(Tensor self, Tensor src, bool non_blocking=False) -> Tensor');

const written = { namespace: null, method: false, inplace: true, numbers: true } as const;
const none = (g: Tensor): Tensor => zerosLike(g);

define(zero, {
  variants: written,
  kernel: (self) => emptyTensor(self.shape, self.dtype),
  gradients: { self: { formula: '∂L/∂self = 0', rule: none } },
});

define(fill, {
  variants: written,
  kernel: (self, value) => {
    const out = emptyTensor(self.shape, self.dtype);
    copyRaw(out, value);
    return out;
  },
  gradients: {
    self: { formula: '∂L/∂self = 0', rule: none },
    value: { formula: '∂L/∂value = Σ upstream', rule: (g) => sum(g) },
  },
});

define(copy, {
  variants: written,
  node: 'CopyBackwards',
  kernel: (self, src) => fromData(broadcastTo(src, self.shape, self.dtype).slice(), self.shape, self.dtype),
  gradients: {
    self: { formula: '∂L/∂self = 0', rule: none },
    src: { formula: '∂L/∂src = upstream', rule: (g, s) => cast(g, s.metaOf(1).dtype) },
  },
});
