/** Ops of several tensors in, or out. */
import { runtimeError } from '../errors.ts';
import { resultTypeOf } from '../promote.ts';
import { declare, define } from '../registry.ts';
import { formatShape, wrapDim } from '../shape.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import { select, slice } from './movement.ts';
import { copyRaw } from './raw.ts';

export const cat = declare('cat(Tensor[] tensors, int dim=0) -> Tensor');
export const stack = declare('stack(Tensor[] tensors, int dim=0) -> Tensor');

const several = { variants: { method: false } } as const;

/** A one-dimensional empty tensor goes with anything, for history's sake. */
const isLegacyEmpty = (tensor: Tensor): boolean => tensor.rank === 1 && tensor.shape[0] === 0;

define(cat, {
  ...several,
  names: true,
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

define(declare('concat(Tensor[] tensors, int dim=0) -> Tensor'), {
  ...several,
  composite: true,
  kernel: (tensors, dim) => cat(tensors, dim),
});
define(declare('concatenate(Tensor[] tensors, int dim=0) -> Tensor'), {
  ...several,
  composite: true,
  kernel: (tensors, dim) => cat(tensors, dim),
});
