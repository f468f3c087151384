/** Ops of one tensor in and several views of it out. */
import type { DType } from '../dtype.ts';
import { indexError, runtimeError } from '../errors.ts';
import { elements } from '../item.ts';
import { declare, define } from '../registry.ts';
import { formatShape, type Shape, wrapDim } from '../shape.ts';
import { unversioned } from '../storage.ts';
import { gather } from '../strided.ts';
import { emptyTensor, Tensor } from '../tensor.ts';
import { cat, stack } from './joining.ts';
import { select, slice } from './movement.ts';
import { fromData } from './pointwise.ts';

export const unbind = declare('unbind.int(Tensor self, int dim=0) -> Tensor[]');
export const split = declare('split.Tensor(Tensor self, int split_size, int dim=0) -> Tensor[]');
export const splitSizes = declare('split_with_sizes(Tensor self, int[] split_sizes, int dim=0) -> Tensor[]');
const splitList = declare('split.sizes(Tensor self, int[] split_size, int dim=0) -> Tensor[]');
export const chunk = declare('chunk(Tensor self, int chunks, int dim=0) -> Tensor[]');
const unsafeSplit = declare('unsafe_split.Tensor(Tensor self, int split_size, int dim=0) -> Tensor[]');
/** `unsafe_split` into memory of their own: for those who write over the parts, and show nobody the whole. */
export const splitApart = declare('_split_apart(Tensor self, int split_size, int dim) -> Tensor[]');
const unsafeSplitSizes = declare('unsafe_split_with_sizes(Tensor self, int[] split_sizes, int dim=0) -> Tensor[]');
const unsafeChunk = declare('unsafe_chunk(Tensor self, int chunks, int dim=0) -> Tensor[]');
const tensorSplit = declare('tensor_split.sections(Tensor self, int sections, int dim=0) -> Tensor[]');
const tensorSplitAt = declare('tensor_split.indices(Tensor self, int[] indices, int dim=0) -> Tensor[]');
const tensorSplitBy = declare(
  'tensor_split.tensor_indices_or_sections(Tensor self, Tensor tensor_indices_or_sections, int dim=0) -> Tensor[]',
);

/** Outputs that received nothing count as zeros. */
function filled(grads: readonly (Tensor | null)[], outputs: readonly { shape: Shape; dtype: DType }[]): Tensor[] {
  return grads.map((grad, i) => grad ?? emptyTensor(outputs[i]!.shape, outputs[i]!.dtype));
}

define(unbind, {
  names: true,
  view: true,
  kernel: (self, dim) => {
    const at = wrapDim(dim, self.rank);
    if (self.rank === 0) throw indexError('Dimension specified as 0 but tensor has no dimensions');
    return Array.from({ length: self.shape[at]! }, (_, i) => select.def!.kernel(self, at, i) as Tensor);
  },
  gradients: { self: { formula: '∂L/∂self = the upstreams, stacked', rule: () => null } },
  joint: (grads, s) => [stack(filled(grads, s.node.outputs), s.dim)],
});

function parts(self: Tensor, sizes: readonly number[], dim: number): Tensor[] {
  const at = wrapDim(dim, self.rank);
  let start = 0;
  return sizes.map((size) => {
    start += size;
    return slice.def!.kernel(self, at, start - size, start, 1) as Tensor;
  });
}

/** Equal sizes, and a smaller last one where they do not go evenly. */
function evenSizes(self: Tensor, size: number, dim: number): number[] {
  if (self.rank === 0) throw runtimeError('split expects at least a 1-dimensional tensor');
  if (size < 0) throw runtimeError(`split expects split_size be non-negative, but got split_size=${size}`);
  const total = self.shape[wrapDim(dim, self.rank)]!;
  if (size === 0 && total !== 0) {
    throw runtimeError(`split_size can only be 0 if dimension size is 0, but got dimension size of ${total}`);
  }
  const count = size === 0 ? 1 : Math.max(1, Math.ceil(total / size));
  return Array.from({ length: count }, (_, i) => Math.min(size, total - i * size));
}

function checkedSizes(self: Tensor, sizes: Shape, dim: number): Shape {
  if (self.rank === 0) throw runtimeError('split expects at least a 1-dimensional tensor');
  const total = self.shape[wrapDim(dim, self.rank)]!;
  if (sizes.some((size) => size < 0)) {
    throw runtimeError(
      `split_with_sizes expects split_sizes have only non-negative entries, but got split_sizes=${formatShape(sizes)}`,
    );
  }
  if (sizes.reduce((a, b) => a + b, 0) !== total) {
    throw runtimeError(
      `split_with_sizes expects split_sizes to sum exactly to ${total} (input tensor's size at dimension ${dim}), but got split_sizes=${formatShape(sizes)}`,
    );
  }
  return sizes;
}

/** Parts that share memory and no version: what is written to the one is not seen in the other. */
const apart = (views: readonly Tensor[]): Tensor[] =>
  views.map(
    ({ storage, shape, strides, offset, dtype }) => new Tensor(unversioned(storage), shape, strides, offset, dtype),
  );

/** The views of `split`, and the tensors that autograd takes for no views of `unsafe_split`. */
for (const [op, view] of [
  [split, true],
  [unsafeSplit, false],
] as const) {
  define(op, {
    view,
    kernel: (self, size, dim) => {
      const views = parts(self, evenSizes(self, size, dim), dim);
      return view ? views : apart(views);
    },
    gradients: { self: { formula: '∂L/∂self = the upstreams, concatenated', rule: () => null } },
    joint: (grads, s) => [cat(filled(grads, s.node.outputs), s.dim)],
  });
}
for (const [op, view] of [
  [splitSizes, true],
  [unsafeSplitSizes, false],
] as const) {
  define(op, {
    view,
    kernel: (self, sizes, dim) => {
      const views = parts(self, checkedSizes(self, sizes, dim), dim);
      return view ? views : apart(views);
    },
    gradients: { self: { formula: '∂L/∂self = the upstreams, concatenated', rule: () => null } },
    joint: (grads, s) => [cat(filled(grads, s.node.outputs), s.dim)],
  });
}

define(splitApart, {
  variants: { namespace: null, method: false },
  node: 'UnsafeSplitBackward0',
  kernel: (self, size, dim) =>
    parts(self, evenSizes(self, size, dim), dim).map((part) =>
      fromData(gather(part, part.shape), part.shape, part.dtype),
    ),
  gradients: { self: { formula: '∂L/∂self = the upstreams, concatenated', rule: () => null } },
  joint: (grads, s) => [cat(filled(grads, s.node.outputs), s.dim)],
});

define(splitList, { composite: true, kernel: (self, sizes, dim) => splitSizes(self, sizes, dim) });

/** The size of each of `chunks` parts; where there is nothing to share, all parts are empty. */
function chunked(
  self: Tensor,
  chunks: number,
  dim: number,
  even: (self: Tensor, size: number, dim: number) => readonly Tensor[],
  listed: (self: Tensor, sizes: Shape, dim: number) => readonly Tensor[],
): readonly Tensor[] {
  if (self.rank === 0) throw runtimeError('chunk expects at least a 1-dimensional tensor');
  if (chunks <= 0) throw runtimeError(`chunk expects \`chunks\` to be greater than 0, got: ${chunks}`);
  const total = self.shape[wrapDim(dim, self.rank)]!;
  const size = Math.ceil(total / chunks);
  return size === 0 ? listed(self, new Array<number>(chunks).fill(0), dim) : even(self, size, dim);
}

define(chunk, { composite: true, kernel: (self, chunks, dim) => chunked(self, chunks, dim, split, splitSizes) });
define(unsafeChunk, {
  composite: true,
  kernel: (self, chunks, dim) => chunked(self, chunks, dim, unsafeSplit, unsafeSplitSizes),
});

/** Cuts before each of the given positions, as Python's slices would. */
function cutAt(self: Tensor, indices: Shape, dim: number): Tensor[] {
  if (self.rank === 0) {
    throw runtimeError(`tensor_split expected at least a 1-dimensional tensor, but got a tensor with 0 dims`);
  }
  const at = wrapDim(dim, self.rank);
  const ends = [...indices, self.shape[at]!];
  return ends.map((end, i) => slice(self, at, i === 0 ? 0 : ends[i - 1]!, end, 1));
}

/** Parts of which the first ones are longer by one where they do not go evenly. */
function sections(self: Tensor, count: number, dim: number): Tensor[] {
  if (self.rank === 0) {
    throw runtimeError(`tensor_split expected at least a 1-dimensional tensor, but got a tensor with 0 dims`);
  }
  const total = self.shape[wrapDim(dim, self.rank)]!;
  if (count <= 0) throw runtimeError(`number of sections must be larger than 0, got ${count}`);
  const longer = total % count;
  const size = Math.floor(total / count);
  return cutAt(
    self,
    Array.from({ length: count - 1 }, (_, i) => (i + 1) * size + Math.min(i + 1, longer)),
    dim,
  );
}

define(tensorSplit, { composite: true, kernel: sections });
define(tensorSplitAt, { composite: true, kernel: cutAt });
define(tensorSplitBy, {
  composite: true,
  kernel: (self, by, dim) => {
    if (by.dtype.scalar !== 'Long') {
      throw runtimeError(
        `tensor_split expected tensor_indices_or_sections to have dtype of long, but got ${by.dtype.scalar}`,
      );
    }
    if (by.rank > 1) {
      throw runtimeError(
        `tensor_split expected tensor_indices_or_sections to be a zero-dimensional or one-dimensional tensor, but got a tensor with ${by.rank} dims`,
      );
    }
    const numbers = elements(by).map(Number);
    return by.rank === 0 ? sections(self, numbers[0]!, dim) : cutAt(self, numbers, dim);
  },
});

/** `hsplit`, `vsplit`, `dsplit`: along the dimension of that name, into parts of one size. */
for (const [name, least, dimOf] of [
  ['hsplit', 1, (self: Tensor) => (self.rank === 1 ? 0 : 1)],
  ['vsplit', 2, () => 0],
  ['dsplit', 3, () => 2],
] as const) {
  const check = (self: Tensor): void => {
    if (self.rank >= least) return;
    throw runtimeError(
      `torch.${name} requires a tensor with at least ${least} dimension, but got a tensor with ${self.rank} dimensions!`,
    );
  };
  define(declare(`${name}.int(Tensor self, int sections) -> Tensor[]` as 'x(Tensor self, int sections) -> Tensor[]'), {
    composite: true,
    kernel: (self, count) => {
      check(self);
      const dim = dimOf(self);
      const size = self.shape[dim]!;
      if (count === 0 || size % count !== 0) {
        throw runtimeError(
          `torch.${name} attempted to split along dimension ${dim}, but the size of the dimension ${size} is not divisible by the split_size ${count}!`,
        );
      }
      return sections(self, count, dim);
    },
  });
  define(
    declare(`${name}.array(Tensor self, int[] indices) -> Tensor[]` as 'x(Tensor self, int[] indices) -> Tensor[]'),
    {
      composite: true,
      kernel: (self, indices) => {
        check(self);
        return cutAt(self, indices, dimOf(self));
      },
    },
  );
}
