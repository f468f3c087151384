/** Ops of several tensors in, or out. */
import type { DType } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { resultTypeOf } from '../promote.ts';
import { declare, define } from '../registry.ts';
import { formatShape, wrapDim } from '../shape.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import { select, slice } from './movement.ts';
import { copyRaw } from './raw.ts';

export const cat = declare('cat(Tensor[] tensors, int dim=0) -> Tensor');
export const stack = declare('stack(Tensor[] tensors, int dim=0) -> Tensor');
export const unbind = declare('unbind.int(Tensor self, int dim=0) -> Tensor[]');
export const split = declare('split.Tensor(Tensor self, int split_size, int dim=0) -> Tensor[]');
export const splitSizes = declare('split_with_sizes(Tensor self, int[] split_sizes, int dim=0) -> Tensor[]');
const splitList = declare('split.sizes(Tensor self, int[] split_size, int dim=0) -> Tensor[]');
export const chunk = declare('chunk(Tensor self, int chunks, int dim=0) -> Tensor[]');

const several = { variants: { method: false } } as const;

/** A one-dimensional empty tensor goes with anything, for history's sake. */
const isLegacyEmpty = (tensor: Tensor): boolean => tensor.rank === 1 && tensor.shape[0] === 0;

define(cat, {
  ...several,
  kernel: (tensors, dim) => {
    if (tensors.length === 0) throw runtimeError('torch.cat(): expected a non-empty list of Tensors');
    tensors.forEach((tensor, i) => {
      if (tensor.rank === 0) throw runtimeError(`zero-dimensional tensor (at position ${i}) cannot be concatenated`);
    });
    const real = tensors.filter((tensor) => !isLegacyEmpty(tensor));
    const first = real[0] ?? tensors[0]!;
    const at = wrapDim(dim, first.rank);
    real.forEach((tensor) => {
      checkFits(first, tensor, at, tensors.indexOf(tensor));
    });
    const size = real.reduce((total, tensor) => total + tensor.shape[at]!, 0);
    const out = emptyTensor(first.shape.with(at, size), resultTypeOf(tensors));
    let start = 0;
    for (const tensor of real) {
      const end = start + tensor.shape[at]!;
      copyRaw(slice.def!.kernel(out, at, start, end, 1) as Tensor, tensor);
      start = end;
    }
    return out;
  },
  gradients: {
    tensors: {
      formula: '∂L/∂tensors[i] = the part of upstream that is tensors[i]',
      rule: (g, s) => {
        let start = 0;
        return s.node.next.map((_, i) => {
          const { shape, dtype } = s.listOf(0)[i]!;
          if (shape.length === 1 && shape[0] === 0) return s.isNeeded(i) ? emptyTensor([0], dtype) : null;
          const at = wrapDim(s.dim, shape.length);
          const from = start;
          start += shape[at]!;
          return s.isNeeded(i) ? slice(g, at, from, start) : null;
        });
      },
    },
  },
});

function checkFits(first: Tensor, tensor: Tensor, at: number, i: number): void {
  if (tensor.rank !== first.rank) {
    throw runtimeError(`Tensors must have same number of dimensions: got ${first.rank} and ${tensor.rank}`);
  }
  tensor.shape.forEach((size, d) => {
    if (d === at || size === first.shape[d]) return;
    throw runtimeError(
      `Sizes of tensors must match except in dimension ${at}. Expected size ${first.shape[d]} but got size ${size} for tensor number ${i} in the list.`,
    );
  });
}

define(stack, {
  ...several,
  kernel: (tensors, dim) => {
    if (tensors.length === 0) throw runtimeError('stack expects a non-empty TensorList');
    const { shape } = tensors[0]!;
    tensors.forEach((tensor, i) => {
      if (formatShape(tensor.shape) !== formatShape(shape)) {
        throw runtimeError(
          `stack expects each tensor to be equal size, but got ${formatShape(shape)} at entry 0 and ${formatShape(tensor.shape)} at entry ${i}`,
        );
      }
    });
    const at = wrapDim(dim, shape.length + 1);
    const out = emptyTensor(shape.toSpliced(at, 0, tensors.length), resultTypeOf(tensors));
    tensors.forEach((tensor, i) => {
      copyRaw(select.def!.kernel(out, at, i) as Tensor, tensor);
    });
    return out;
  },
  gradients: {
    tensors: {
      formula: '∂L/∂tensors[i] = upstream at i',
      rule: (g, s) => s.node.next.map((_, i) => (s.isNeeded(i) ? select(g, wrapDim(s.dim, g.rank), i) : null)),
    },
  },
});

/** Outputs that received nothing count as zeros. */
function filled(
  grads: readonly (Tensor | null)[],
  outputs: readonly { shape: readonly number[]; dtype: DType }[],
): Tensor[] {
  return grads.map((grad, i) => grad ?? emptyTensor(outputs[i]!.shape, outputs[i]!.dtype));
}

define(unbind, {
  view: true,
  kernel: (self, dim) => {
    const at = wrapDim(dim, self.rank);
    if (self.rank === 0) throw runtimeError('Dimension specified as 0 but tensor has no dimensions');
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
function evenSizes(total: number, size: number): number[] {
  if (size <= 0 && total !== 0)
    throw runtimeError(`split expects split_size be non-negative, but got split_size=${size}`);
  const count = Math.max(1, Math.ceil(total / Math.max(size, 1)));
  return Array.from({ length: count }, (_, i) => Math.min(size, total - i * size));
}

define(split, {
  view: true,
  kernel: (self, size, dim) => parts(self, evenSizes(self.shape[wrapDim(dim, self.rank)]!, size), dim),
  gradients: { self: { formula: '∂L/∂self = the upstreams, concatenated', rule: () => null } },
  joint: (grads, s) => [cat(filled(grads, s.node.outputs), s.dim)],
});

define(splitSizes, {
  view: true,
  kernel: (self, sizes, dim) => {
    const total = self.shape[wrapDim(dim, self.rank)]!;
    if (sizes.reduce((a, b) => a + b, 0) !== total) {
      throw runtimeError(
        `split_with_sizes expects split_sizes to sum exactly to ${total} (input tensor's size at dimension ${dim}), but got split_sizes=${formatShape(sizes)}`,
      );
    }
    return parts(self, sizes, dim);
  },
  gradients: { self: { formula: '∂L/∂self = the upstreams, concatenated', rule: () => null } },
  joint: (grads, s) => [cat(filled(grads, s.node.outputs), s.dim)],
});

define(splitList, { composite: true, kernel: (self, sizes, dim) => splitSizes(self, sizes, dim) });

define(chunk, {
  composite: true,
  kernel: (self, chunks, dim) => {
    if (self.rank === 0) throw runtimeError('chunk expects at least a 1-dimensional tensor');
    if (chunks <= 0) throw runtimeError(`chunk expects \`chunks\` to be greater than 0, got: ${chunks}`);
    const total = self.shape[wrapDim(dim, self.rank)]!;
    return split(self, Math.ceil(total / chunks), dim);
  },
});
