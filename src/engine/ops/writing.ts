/** Ops that mean to write: `zero_`, `fill_`, `copy_`. Their forms that write nothing exist for the in-place machinery only. */
import { runtimeError } from '../errors.ts';
import { emptyStrided, preservedStrides } from '../memory-format.ts';
import { declare, define } from '../registry.ts';
import { broadcastShapes, formatShape, type Shape, sameShape } from '../shape.ts';
import { broadcastTo } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import { wrapNumber } from '../values.ts';
import { cast } from './cast.ts';
import { fromData } from './pointwise.ts';
import { copyRaw, zerosLike } from './raw.ts';
import { sum } from './reduction.ts';

export const zero = declare('zero(Tensor self) -> Tensor');
export const fill = declare('fill.Tensor(Tensor self, Tensor value) -> Tensor');
const fillNumber = declare('fill.Scalar(Tensor self, Scalar value) -> Tensor');
export const copy = declare('copy(Tensor self, Tensor src, bool non_blocking=False) -> Tensor');

const written = { namespace: null, method: false, inplace: true, numbers: true } as const;
const none = (g: Tensor): Tensor => zerosLike(g);

define(zero, {
  variants: written,
  kernel: (self) => emptyTensor(self.shape, self.dtype),
  gradients: { self: { formula: '∂L/∂self = 0', rule: none } },
});

/** self's shape and dtype, with one value everywhere. */
function filled(self: Tensor, value: Tensor): Tensor {
  const out = emptyStrided(self.shape, preservedStrides(self.shape, self.strides), self.dtype);
  copyRaw(out, value);
  return out;
}

define(fillNumber, {
  variants: { inplace: true },
  inplaceNode: 'FillBackward2',
  kernel: (self, value) => filled(self, wrapNumber(value)),
  gradients: { self: { formula: '∂L/∂self = 0', rule: none } },
});

define(fill, {
  variants: { inplace: true },
  node: 'FillBackward1',
  inplaceNode: 'FillBackward3',
  kernel: (self, value) => {
    if (value.rank > 0) {
      throw runtimeError(`fill_ only supports 0-dimension value tensor but got tensor with ${value.rank} dimensions.`);
    }
    return filled(self, value);
  },
  gradients: {
    self: { formula: '∂L/∂self = 0', rule: none },
    value: { formula: '∂L/∂value = Σ upstream', rule: (g) => sum(g) },
  },
});

define(copy, {
  variants: written,
  node: 'CopyBackwards',
  kernel: (self, src) => {
    checkExpands(src.shape, self.shape);
    return fromData(broadcastTo(src, self.shape, self.dtype).slice(), self.shape, self.dtype);
  },
  gradients: {
    self: { formula: '∂L/∂self = 0', rule: none },
    src: { formula: '∂L/∂src = upstream', rule: (g, s) => cast(g, s.metaOf(1).dtype) },
  },
});

function checkExpands(shape: Shape, to: Shape): void {
  const common = broadcastShapes(to, shape);
  if (sameShape(common, to)) return;
  throw runtimeError(`output with shape ${formatShape(to)} doesn't match the broadcast shape ${formatShape(common)}`);
}
