/** Views of a storage by sizes, strides and offset, and what backward makes of them. */
import { runtimeError } from '../errors.ts';
import { emptyStrided, preservedStrides, storageLength } from '../memory-format.ts';
import { declare, define } from '../registry.ts';
import { formatShape, type Shape, sameShape } from '../shape.ts';
import { positions } from '../strided.ts';
import { emptyTensor, Tensor } from '../tensor.ts';
import { contiguous } from './conversion.ts';
import { restrided } from './layout.ts';
import { copyRaw } from './raw.ts';

export const asStrided = declare(
  'as_strided(Tensor self, int[] size, int[] stride, int? storage_offset=None) -> Tensor',
);
export const asStridedScatter = declare(
  'as_strided_scatter(Tensor self, Tensor src, int[] size, int[] stride, int? storage_offset=None) -> Tensor',
);
export const asStridedReplace = declare(
  '_as_strided_replace(Tensor self, Tensor src, int[] size, int[] stride, int? storage_offset=None) -> Tensor',
);
const gathered = declare(
  '_as_strided_gather(Tensor self, int[] strides, int offset, int[] size, int[] stride, int storage_offset) -> Tensor',
);
const scattered = declare(
  '_as_strided_add(Tensor grad, int[] input_sizes, int[] input_strides, int input_offset, int[] stride, int storage_offset) -> Tensor',
);

/** Raises where the geometry is none, or reaches outside of the storage. */
export function checkGeometry(self: Tensor, size: Shape, stride: Shape, offset: number): void {
  if (size.length !== stride.length) throw runtimeError('mismatch in length of strides and shape');
  if (stride.some((step) => step < 0)) {
    throw runtimeError(
      `as_strided: Negative strides are not supported at the moment, got strides: ${formatShape(stride)}`,
    );
  }
  if (offset < 0) throw runtimeError(`Tensor: invalid storage offset ${offset}`);
  if (size.some((length) => length < 0)) {
    throw runtimeError(
      `Storage size calculation overflowed with sizes=${formatShape(size)} and strides=${formatShape(stride)}`,
    );
  }
  const { bytes, lanes } = self.dtype;
  const held = (self.storage.data.length / lanes) * bytes;
  const needed = storageLength(size, stride, offset) * bytes;
  if (needed <= held) return;
  throw runtimeError(
    `setStorage: sizes ${formatShape(size)}, strides ${formatShape(stride)}, storage offset ${offset}, and itemsize ${bytes} requiring a storage size of ${needed} are out of bounds for storage of size ${held}`,
  );
}

define(asStrided, {
  variants: { inplace: true },
  inplaceNode: 'AsStridedBackward1',
  view: true,
  kernel: (self, size, stride, offset) => {
    checkGeometry(self, size, stride, offset ?? self.offset);
    return restrided(self, size, stride, offset ?? self.offset);
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream, added where self was read',
      rule: (g, s) => {
        const { shape, strides, offset } = s.metaOf();
        return scattered(g, shape, strides, offset, s.stride, s.storage_offset ?? offset);
      },
    },
  },
});

/** A storage that holds a tensor in the given geometry, and nothing else. */
function laidOut(values: Tensor, strides: Shape, offset: number, length: number): Tensor {
  const whole = emptyTensor([Math.max(length, storageLength(values.shape, strides, offset))], values.dtype);
  const at = new Tensor(whole.storage, values.shape, strides, offset, values.dtype);
  copyRaw(at, values);
  return at;
}

/** self read as strided, as if it lay in memory by the strides and the offset that its original had. */
define(gathered, {
  variants: { namespace: null, method: false },
  kernel: (self, strides, offset, size, stride, at) => {
    const laid = laidOut(self, strides, offset, storageLength(size, stride, at));
    const out = emptyTensor(size, self.dtype);
    copyRaw(out, restrided(laid, size, stride, at));
    return out;
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream, added where self was read',
      rule: (g, s) => scattered(g, s.shapeOf(), s.strides, s.offset, s.stride, s.storage_offset),
    },
  },
});

/**
 * Adds what was read to where it was read from. An input of which several elements share a place gives each an equal part
 * of what arrives there.
 */
define(scattered, {
  variants: { namespace: null, method: false },
  kernel: (grad, sizes, strides, offset, stride, at) => {
    const length = Math.max(storageLength(sizes, strides, offset), storageLength(grad.shape, stride, at));
    const sums = addAtPositions(grad, length, positions(grad.shape, stride, at));
    const read = positions(sizes, strides, offset);
    shareEqually(sums, read);
    const out = emptyTensor(sizes, grad.dtype);
    copyRaw(out, new Tensor(sums.storage, sizes, strides, offset, grad.dtype));
    return out;
  },
  gradients: {
    grad: {
      formula: '∂L/∂grad = upstream, read as strided',
      rule: (g, s) => gathered(g, s.input_strides, s.input_offset, s.shapeOf(), s.stride, s.storage_offset),
    },
  },
});

/** A storage of `length` elements with the values added at the positions. */
function addAtPositions(values: Tensor, length: number, at: Int32Array): Tensor {
  const out = emptyTensor([length], values.dtype);
  const { lanes } = values.dtype;
  const to = out.storage.data as Float64Array;
  const from = values.storage.data as Float64Array;
  positions(values.shape, values.strides, values.offset).forEach((position, i) => {
    for (let k = 0; k < lanes; k++) to[at[i]! * lanes + k]! += from[position * lanes + k]!;
  });
  return out;
}

function shareEqually(sums: Tensor, read: Int32Array): void {
  const counts = new Int32Array(sums.numel);
  for (const position of read) counts[position]!++;
  if (counts.every((count) => count < 2)) return;
  const { lanes } = sums.dtype;
  const data = sums.storage.data as Float64Array;
  for (let i = 0; i < data.length; i++) data[i]! /= Math.max(counts[Math.floor(i / lanes)]!, 1);
}

/** A copy of self, laid out as self is, with `src` written where the strides say. */
function scatterKernel(self: Tensor, src: Tensor, size: Shape, stride: Shape, offset: number | null): Tensor {
  const out = emptyStrided(self.shape, preservedStrides(self.shape, self.strides), self.dtype);
  copyRaw(out, self);
  const part = asStrided.def!.kernel(out, size, stride, offset ?? 0) as Tensor;
  if (!sameShape(part.shape, src.shape)) {
    throw runtimeError(
      `expected src to have a size equal to the slice of self. src size = ${formatShape(src.shape)}, slice size = ${formatShape(part.shape)}`,
    );
  }
  copyRaw(part, src);
  return out;
}

const ofSrc = '∂L/∂src = upstream where src was written';

/** What an in-place op on a view does to its base's gradient: the part is replaced. */
define(asStridedReplace, {
  variants: { namespace: null, method: false },
  kernel: scatterKernel,
  gradients: {
    self: {
      formula: '∂L/∂self = upstream, 0 where src was written',
      rule: (g, s) => {
        const zeros = emptyTensor(s.size, g.dtype);
        return asStridedReplace(contiguous(g), zeros, s.size, s.stride, s.storage_offset);
      },
    },
    src: {
      formula: ofSrc,
      rule: (g, { size, stride, storage_offset }) => asStrided(contiguous(g), size, stride, storage_offset),
    },
  },
});

/** PyTorch's gradient by self is upstream where src was written and 0 elsewhere: the other way round than it should be, and so is ours. */
define(asStridedScatter, {
  kernel: (self, src, size, stride, offset) => {
    if (self.requiresGrad && !self.isContiguous) {
      throw runtimeError(
        '!self.requires_grad() || self.is_contiguous() INTERNAL ASSERT FAILED at "./aten/src/ATen/native/TensorShape.cpp":3619, please report a bug to PyTorch. as_strided_scatter is currently only supported for contiguous inputs',
      );
    }
    return scatterKernel(self, src, size, stride, offset);
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream where src was written, 0 elsewhere',
      rule: (g, s) => {
        const { shape, strides } = s.metaOf();
        const part = asStrided(contiguous(g), s.size, s.stride, s.storage_offset);
        return asStridedReplace(emptyStrided(shape, strides, g.dtype), part, s.size, s.stride, s.storage_offset);
      },
    },
    src: {
      formula: ofSrc,
      rule: (g, { size, stride, storage_offset }) => asStrided(contiguous(g), size, stride, storage_offset),
    },
  },
});
