/** Ops that answer with the tensor itself, a copy in another dtype, or the tensor without its history. */
import {
  bfloat16,
  bool,
  complex32,
  complex64,
  complex128,
  type DType,
  float16,
  float32,
  float64,
  int8,
  int16,
  int32,
  int64,
  uint8,
} from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { isInFormat } from '../memory-format.ts';
import { declare, define } from '../registry.ts';
import type { Tensor } from '../tensor.ts';
import { cast, clone, toCopy } from './cast.ts';
import { restrided } from './layout.ts';

export const detach = declare('detach(Tensor self) -> Tensor');
export const contiguous = declare('contiguous(Tensor self, *, MemoryFormat memory_format=contiguous_format) -> Tensor');
export const toOther = declare(
  'to.other(Tensor self, Tensor other, bool non_blocking=False, bool copy=False, *, MemoryFormat? memory_format=None) -> Tensor',
);
export const toDtype = declare(
  'to.dtype(Tensor self, ScalarType dtype, bool non_blocking=False, bool copy=False, *, MemoryFormat? memory_format=None) -> Tensor',
);
export const toDevice = declare(
  'to.device(Tensor self, Device device, ScalarType? dtype=None, bool non_blocking=False, bool copy=False, *, MemoryFormat? memory_format=None) -> Tensor',
);
export const typeAs = declare('type_as(Tensor self, Tensor other) -> Tensor');

define(detach, { lazy: true, kernel: (self) => restrided(self, self.shape, self.strides) });

/** The same memory under another name (`x[...]`). */
export const aliasOf = declare('alias(Tensor self) -> Tensor');
define(aliasOf, {
  variants: { namespace: null, method: false },
  view: true,
  kernel: (self) => restrided(self, self.shape, self.strides),
  gradients: { self: { formula: '∂L/∂self = upstream', rule: (g) => g } },
});

const method = { variants: { namespace: null }, composite: true } as const;

define(contiguous, {
  ...method,
  kernel: (self, format) => {
    if (format === 'preserve_format') {
      throw runtimeError('preserve memory format is unsupported by the contiguous operator');
    }
    return isInFormat(self.shape, self.strides, format) ? self : clone(self, format);
  },
});

/** The tensor itself where nothing is to change. */
function copied(self: Tensor, dtype: DType, copy: boolean, format: string | null): Tensor {
  const fits = format === null || format === 'preserve_format' || isInFormat(self.shape, self.strides, format);
  return self.dtype === dtype && !copy && fits ? self : toCopy(self, dtype, format);
}

define(toOther, { ...method, kernel: (self, other, _, copy, format) => copied(self, other.dtype, copy, format) });
define(toDtype, { ...method, kernel: (self, dtype, _, copy, format) => copied(self, dtype, copy, format) });
define(toDevice, {
  ...method,
  kernel: (self, _, dtype, __, copy, format) => copied(self, dtype ?? self.dtype, copy, format),
});
define(typeAs, { ...method, kernel: (self, other) => cast(self, other.dtype) });

const names: readonly (readonly [string, DType])[] = [
  ['float', float32],
  ['double', float64],
  ['half', float16],
  ['bfloat16', bfloat16],
  ['chalf', complex32],
  ['cfloat', complex64],
  ['cdouble', complex128],
  ['long', int64],
  ['int', int32],
  ['short', int16],
  ['char', int8],
  ['byte', uint8],
  ['bool', bool],
];
for (const [name, dtype] of names) {
  define(declare(`${name}(Tensor self, *, MemoryFormat? memory_format=None) -> Tensor`), {
    ...method,
    kernel: (self: Tensor, format: string | null) => copied(self, dtype, false, format),
  } as never);
}
