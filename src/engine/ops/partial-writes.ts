/** Copies of a tensor in which a part is replaced: what the views `select`, `slice` and `diagonal` would have been written to. */
import { quietly } from '../context.ts';
import { runtimeError } from '../errors.ts';
import { emptyStrided, preservedStrides } from '../memory-format.ts';
import { declare, define } from '../registry.ts';
import { formatShape, sameShape } from '../shape.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import { clone } from './cast.ts';
import { diagonal } from './diagonal.ts';
import { select, slice } from './movement.ts';
import { copyRaw } from './raw.ts';
import { narrow } from './rearrangement.ts';
import { notImplementedRule } from './undifferentiable.ts';

const selectScatter = declare('select_scatter(Tensor self, Tensor src, int dim, int index) -> Tensor');
const sliceScatter = declare(
  'slice_scatter(Tensor self, Tensor src, int dim=0, int? start=None, int? end=None, int step=1) -> Tensor',
);
const diagonalScatter = declare(
  'diagonal_scatter(Tensor self, Tensor src, int offset=0, int dim1=0, int dim2=1) -> Tensor',
);

/** A slice as a copy; PyTorch has no derivative of it. */
const narrowCopy = declare('narrow_copy(Tensor self, int dim, int start, int length) -> Tensor');
define(narrowCopy, {
  node: 'NotImplemented',
  kernel: (self, dim, start, length) =>
    clone.def!.kernel(
      quietly(() => narrow(self, dim, start, length)),
      'contiguous_format',
    ) as Tensor,
  gradients: { self: notImplementedRule('narrow_copy') },
});

/** A copy of self, laid out alike, whose part that `view` shows holds src. */
function embedded(self: Tensor, src: Tensor, view: (whole: Tensor) => Tensor): Tensor {
  const out = emptyStrided(self.shape, preservedStrides(self.shape, self.strides), self.dtype);
  copyRaw(out, self);
  const part = view(out);
  if (!sameShape(part.shape, src.shape)) {
    throw runtimeError(
      `expected src to have a size equal to the slice of self. src size = ${formatShape(src.shape)}, slice size = ${formatShape(part.shape)}`,
    );
  }
  copyRaw(part, src);
  return out;
}

const formulas = {
  self: '∂L/∂self = upstream, 0 where src was written',
  src: '∂L/∂src = upstream where src was written',
} as const;

define(selectScatter, {
  realGradients: true,
  kernel: (self, src, dim, index) => embedded(self, src, (whole) => select.def!.kernel(whole, dim, index) as Tensor),
  gradients: {
    self: {
      formula: formulas.self,
      rule: (g, { dim, index }) => selectScatter(g, emptyTensor(select(g, dim, index).shape, g.dtype), dim, index),
    },
    src: { formula: formulas.src, rule: (g, { dim, index }) => select(g, dim, index) },
  },
});

define(sliceScatter, {
  realGradients: true,
  kernel: (self, src, dim, start, end, step) =>
    embedded(self, src, (whole) => slice.def!.kernel(whole, dim, start, end, step) as Tensor),
  gradients: {
    self: {
      formula: formulas.self,
      rule: (g, { dim, start, end, step }) =>
        sliceScatter(g, emptyTensor(slice(g, dim, start, end, step).shape, g.dtype), dim, start, end, step),
    },
    src: { formula: formulas.src, rule: (g, { dim, start, end, step }) => slice(g, dim, start, end, step) },
  },
});

define(diagonalScatter, {
  realGradients: true,
  kernel: (self, src, offset, dim1, dim2) =>
    embedded(self, src, (whole) => diagonal.def!.kernel(whole, offset, dim1, dim2) as Tensor),
  gradients: {
    self: {
      formula: formulas.self,
      rule: (g, { offset, dim1, dim2 }) =>
        diagonalScatter(g, emptyTensor(diagonal(g, offset, dim1, dim2).shape, g.dtype), offset, dim1, dim2),
    },
    src: { formula: formulas.src, rule: (g, { offset, dim1, dim2 }) => diagonal(g, offset, dim1, dim2) },
  },
});
