/** In place only: another shape over a storage that grows where it is too small. */
import { runtimeError } from '../errors.ts';
import { formatStrides, storageLength, suggestedFormat } from '../memory-format.ts';
import { declare, define } from '../registry.ts';
import { formatShape, type Shape, sameShape } from '../shape.ts';
import type { Storage } from '../storage.ts';
import type { Tensor } from '../tensor.ts';
import { restrided } from './layout.ts';

const resize = declare('resize(Tensor self, int[] size, *, MemoryFormat? memory_format=None) -> Tensor');
const resizeAs = declare('resize_as(Tensor self, Tensor the_template, *, MemoryFormat? memory_format=None) -> Tensor');

/** Room for what the geometry reaches; what is there stays there. */
export function grow(storage: Storage, tensor: Tensor, length: number): void {
  const { dtype } = tensor;
  if (length * dtype.lanes <= storage.data.length) return;
  const larger = dtype.allocate(length);
  (larger as Float64Array).set(storage.data as Float64Array);
  storage.data = larger;
}

function resized(self: Tensor, size: Shape, format: string | null): Tensor {
  if (size.some((length) => length < 0)) {
    throw runtimeError(
      size.length === 1
        ? 'numel: integer multiplication overflow'
        : `Trying to create tensor with negative dimension ${size.find((n) => n < 0)}: ${formatShape(size)}`,
    );
  }
  if (format === 'preserve_format') throw runtimeError(`Unsupported memory formatPreserve`);
  if (sameShape(self.shape, size) && format === null) return restrided(self, self.shape, self.strides);
  const strides = formatStrides(size, format ?? 'contiguous_format');
  grow(self.storage, self, storageLength(size, strides, self.offset));
  return restrided(self, size, strides);
}

const inplace = { variants: { namespace: null, method: false, inplace: true }, view: true, resizes: true } as const;

function refuseGrad(self: Tensor): void {
  if (self.requiresGrad) throw runtimeError('cannot resize variables that require grad');
}

define(resize, {
  ...inplace,
  checkInplace: refuseGrad,
  kernel: resized,
});
define(resizeAs, {
  ...inplace,
  checkInplace: refuseGrad,
  kernel: (self, template, format) => {
    const wanted = format === 'preserve_format' ? suggestedFormat(template.shape, template.strides) : format;
    return resized(self, template.shape, wanted);
  },
});
