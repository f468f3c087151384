/** Tensors from sizes and a number. */
import { context } from '../context.ts';
import { bool, complexType, type DType, int64, isDifferentiable } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { emptyStrided, formatStrides, stridesLike } from '../memory-format.ts';
import { declare, define } from '../registry.ts';
import { formatShape, type Shape } from '../shape.ts';
import { convertScalars } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import { Complex, type Scalar } from '../values.ts';

/** What every function that makes a tensor takes by keyword. */
export const OPTIONS = '*, ScalarType? dtype=None, Device? device=None, bool requires_grad=False';
/** What the `_like` ones take besides. */
export const LIKE = `${OPTIONS}, MemoryFormat? memory_format=None` as const;

const full = declare(`full(int[] size, Scalar fill_value, ${OPTIONS}) -> Tensor` as const);
const fullLike = declare(`full_like(Tensor self, Scalar fill_value, ${LIKE}) -> Tensor` as const);
const newFull = declare(`new_full(Tensor self, int[] size, Scalar fill_value, ${OPTIONS}) -> Tensor` as const);
const empty = declare(`empty(int[] size, ${LIKE}) -> Tensor` as const);
const ofStrides = declare(`empty_strided(int[] size, int[] stride, ${OPTIONS}) -> Tensor` as const);
const newOfStrides = declare(`new_empty_strided(Tensor self, int[] size, int[] stride, ${OPTIONS}) -> Tensor` as const);

export const creates = { variants: { method: false } } as const;
const method = { variants: { namespace: null } } as const;

/** A new leaf. */
export function leaf(tensor: Tensor, requiresGrad: boolean): Tensor {
  if (requiresGrad && !isDifferentiable(tensor.dtype)) {
    throw runtimeError('Only Tensors of floating point and complex dtype can require gradients');
  }
  tensor.leafRequiresGrad = requiresGrad;
  return tensor;
}

/** Zeros of a shape whose sizes are checked. */
export function sized(shape: Shape, dtype: DType): Tensor {
  checkSizes(shape);
  return emptyTensor(shape, dtype);
}

export function checkSizes(shape: Shape): void {
  const bad = shape.find((size) => size < 0);
  if (bad !== undefined) {
    throw runtimeError(`Trying to create tensor with negative dimension ${bad}: ${formatShape(shape)}`);
  }
}

/** Zeros that are laid out like a tensor, or as the format says. */
export const sizedLike = (like: Tensor, dtype: DType | null, format: string | null): Tensor =>
  emptyStrided(like.shape, stridesLike(like, format), dtype ?? like.dtype);

function filled(tensor: Tensor, value: Scalar): Tensor {
  const one = tensor.dtype.allocate(1);
  convertScalars([value], one, tensor.dtype);
  const { data } = tensor.storage;
  if (tensor.dtype.lanes === 1) data.fill(one[0] as never);
  else for (let i = 0; i < data.length; i++) data[i] = one[i & 1]!;
  return tensor;
}

function inferred(value: Scalar): DType {
  if (value instanceof Complex) return complexType(context.defaultDtype);
  return typeof value === 'number' ? context.defaultDtype : typeof value === 'bigint' ? int64 : bool;
}

for (const [name, value] of [
  ['zeros', 0n],
  ['ones', 1n],
] as const) {
  define(
    declare(
      `${name}(int[] size, ${OPTIONS}) -> Tensor` as 'x(int[] size, *, ScalarType? dtype=None, Device? device=None, bool requires_grad=False) -> Tensor',
    ),
    {
      ...creates,
      kernel: (size, dtype, _, grad) => leaf(filled(sized(size, dtype ?? context.defaultDtype), value), grad),
    },
  );
}
for (const [name, value] of [
  ['zeros_like', 0n],
  ['ones_like', 1n],
  ['empty_like', 0n],
] as const) {
  define(
    declare(
      `${name}(Tensor self, ${LIKE}) -> Tensor` as 'x(Tensor self, *, ScalarType? dtype=None, Device? device=None, bool requires_grad=False, MemoryFormat? memory_format=None) -> Tensor',
    ),
    {
      ...creates,
      kernel: (self, dtype, _, grad, format) => leaf(filled(sizedLike(self, dtype, format), value), grad),
    },
  );
}
for (const [name, value] of [
  ['new_zeros', 0n],
  ['new_ones', 1n],
  ['new_empty', 0n],
] as const) {
  define(
    declare(
      `${name}(Tensor self, int[] size, ${OPTIONS}) -> Tensor` as 'x(Tensor self, int[] size, *, ScalarType? dtype=None, Device? device=None, bool requires_grad=False) -> Tensor',
    ),
    {
      ...method,
      kernel: (self, size, dtype, _, grad) => leaf(filled(sized(size, dtype ?? self.dtype), value), grad),
    },
  );
}

define(full, {
  ...creates,
  kernel: (size, value, dtype, _, grad) => leaf(filled(sized(size, dtype ?? inferred(value)), value), grad),
});
define(fullLike, {
  ...creates,
  kernel: (self, value, dtype, _, grad, format) => leaf(filled(sizedLike(self, dtype, format), value), grad),
});
define(newFull, {
  ...method,
  kernel: (self, size, value, dtype, _, grad) => leaf(filled(sized(size, dtype ?? self.dtype), value), grad),
});

define(empty, {
  ...creates,
  kernel: (size, dtype, _, grad, format) => {
    checkSizes(size);
    if (format === 'preserve_format') {
      throw runtimeError(
        "memory format option is only supported by strided tensors, and preserve_format is not one that 'empty' takes",
      );
    }
    const strides = formatStrides(size, format ?? 'contiguous_format');
    return leaf(emptyStrided(size, strides, dtype ?? context.defaultDtype), grad);
  },
});

function withStrides(size: Shape, stride: Shape, dtype: DType): Tensor {
  if (size.length !== stride.length) {
    throw runtimeError(
      `dimensionality of sizes (${size.length}) must match dimensionality of strides (${stride.length})`,
    );
  }
  checkSizes(size);
  if (stride.some((step) => step < 0)) {
    throw runtimeError(
      `Storage size calculation overflowed with sizes=${formatShape(size)} and strides=${formatShape(stride)}`,
    );
  }
  return emptyStrided(size, stride, dtype);
}

define(ofStrides, {
  ...creates,
  kernel: (size, stride, dtype, _, grad) => leaf(withStrides(size, stride, dtype ?? context.defaultDtype), grad),
});
define(newOfStrides, {
  ...method,
  kernel: (self, size, stride, dtype, _, grad) => leaf(withStrides(size, stride, dtype ?? self.dtype), grad),
});
