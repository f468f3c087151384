/** The same bytes read as another dtype, and another tensor's memory taken over. */
import type { Data, DType } from '../dtype.ts';
import { runtimeError, unsupported } from '../errors.ts';
import { declare, define } from '../registry.ts';
import type { Shape } from '../shape.ts';
import { aliasStorage } from '../storage.ts';
import { Tensor } from '../tensor.ts';
import { restrided } from './layout.ts';

const viewDtype = declare('view.dtype(Tensor self, ScalarType dtype) -> Tensor');
const set = declare('set.source_Tensor(Tensor self, Tensor source) -> Tensor');

/** The memory's bytes as elements of another dtype. Those of half types are wider here than they are in PyTorch. */
function reread(data: Data, from: DType, to: DType): Data {
  if (from.narrow !== null || to.narrow !== null) {
    throw unsupported(`Tensor.view of ${from.name} as ${to.name}`);
  }
  const Elements = to.allocate(0).constructor as new (buffer: ArrayBufferLike, start: number, length: number) => Data;
  const count = Math.floor(data.byteLength / (to.bytes / to.lanes));
  return new Elements(data.buffer, data.byteOffset, count);
}

define(viewDtype, {
  variants: { namespace: null },
  view: true,
  kernel: (self, dtype) => {
    if (self.dtype === dtype) return restrided(self, self.shape, self.strides);
    const { shape, strides, offset } = geometryAs(self, dtype);
    const storage = aliasStorage(self.storage, reread(self.storage.data, self.dtype, dtype));
    return new Tensor(storage, shape, strides, offset, dtype);
  },
});

function geometryAs(self: Tensor, dtype: DType): { shape: Shape; strides: Shape; offset: number } {
  const { shape, strides, offset } = self;
  const [from, to] = [self.dtype.bytes, dtype.bytes];
  if (from === to) return { shape, strides, offset };
  const what = `to view ${self.dtype.scalar} as ${dtype.scalar} (different element sizes)`;
  if (self.rank === 0) throw runtimeError(`self.dim() cannot be 0 ${what}`);
  const last = self.rank - 1;
  if (strides[last] !== 1) throw runtimeError(`self.stride(-1) must be 1 ${what}, but got ${strides[last]}`);
  if (from > to) {
    const ratio = from / to;
    return {
      shape: shape.with(last, shape[last]! * ratio),
      strides: strides.map((stride, d) => (d === last ? 1 : stride * ratio)),
      offset: offset * ratio,
    };
  }
  return widened(self, to / from, what);
}

function widened(self: Tensor, ratio: number, what: string): { shape: Shape; strides: Shape; offset: number } {
  const { shape, strides, offset } = self;
  const last = self.rank - 1;
  if (shape[last]! % ratio !== 0) {
    throw runtimeError(`self.size(-1) must be divisible by ${ratio} ${what}, but got ${shape[last]}`);
  }
  if (offset % ratio !== 0) {
    throw runtimeError(`self.storage_offset() must be divisible by ${ratio} ${what}, but got ${offset}`);
  }
  strides.slice(0, -1).forEach((stride, d) => {
    if (stride % ratio === 0) return;
    throw runtimeError(`self.stride(${d}) must be divisible by ${ratio} ${what}, but got ${stride}`);
  });
  return {
    shape: shape.with(last, shape[last]! / ratio),
    strides: strides.map((stride, d) => (d === last ? 1 : stride / ratio)),
    offset: offset / ratio,
  };
}

define(set, {
  variants: { namespace: null, method: false, inplace: true },
  view: true,
  kernel: (self, source) => {
    if (source.dtype !== self.dtype) {
      throw runtimeError(`Could not set tensor of type ${source.dtype.name} to a tensor of type ${self.dtype.name}`);
    }
    return restrided(source, source.shape, source.strides);
  },
});
