/** Tensors from sizes and numbers. */
import { context } from '../context.ts';
import { bool, type DType, float32, int64, isFloating } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { declare, define } from '../registry.ts';
import type { Shape } from '../shape.ts';
import { convertScalars } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import type { Scalar } from '../values.ts';

const OPTIONS = '*, ScalarType? dtype=None, Device? device=None, bool requires_grad=False';

const zeros = declare(
  'zeros(int[] size, *, ScalarType? dtype=None, Device? device=None, bool requires_grad=False) -> Tensor',
);
const full = declare(
  'full(int[] size, Scalar fill_value, *, ScalarType? dtype=None, Device? device=None, bool requires_grad=False) -> Tensor',
);
const arange = declare(
  'arange(Scalar end, *, ScalarType? dtype=None, Device? device=None, bool requires_grad=False) -> Tensor',
);
const arangeFrom = declare(
  'arange.start(Scalar start, Scalar end, Scalar step=1, *, ScalarType? dtype=None, Device? device=None, bool requires_grad=False) -> Tensor',
);
const linspace = declare(
  'linspace(Scalar start, Scalar end, int steps, *, ScalarType? dtype=None, Device? device=None, bool requires_grad=False) -> Tensor',
);
const eye = declare(
  'eye(int n, int? m=None, *, ScalarType? dtype=None, Device? device=None, bool requires_grad=False) -> Tensor',
);

const creates = { variants: { method: false } } as const;

/** A new leaf. */
export function leaf(tensor: Tensor, requiresGrad: boolean): Tensor {
  if (requiresGrad && !isFloating(tensor.dtype)) {
    throw runtimeError('Only Tensors of floating point and complex dtype can require gradients');
  }
  tensor.leafRequiresGrad = requiresGrad;
  return tensor;
}

/** Zeros of a shape whose sizes are checked. */
export function sized(shape: Shape, dtype: DType): Tensor {
  const bad = shape.find((size) => size < 0);
  if (bad !== undefined) {
    throw runtimeError(`Trying to create tensor with negative dimension ${bad}: [${shape.join(', ')}]`);
  }
  return emptyTensor(shape, dtype);
}

function filled(tensor: Tensor, value: Scalar): Tensor {
  const one = tensor.dtype.allocate(1);
  convertScalars([value], one, tensor.dtype);
  const { data } = tensor.storage;
  if (one.length === 1) data.fill(one[0] as never);
  else for (let i = 0; i < data.length; i++) data[i] = one[i % 2]!;
  return tensor;
}

const inferred = (value: Scalar): DType =>
  typeof value === 'number' ? context.defaultDtype : typeof value === 'bigint' ? int64 : bool;

define(zeros, { ...creates, kernel: (size, dtype, _, grad) => leaf(sized(size, dtype ?? context.defaultDtype), grad) });
for (const [name, value] of [
  ['ones', 1],
  ['empty', 0],
] as const) {
  const op = declare(`${name}(int[] size, ${OPTIONS}) -> Tensor` as typeof zeros.schema);
  define(op, {
    ...creates,
    kernel: (size, dtype, _, grad) => leaf(filled(sized(size, dtype ?? context.defaultDtype), BigInt(value)), grad),
  });
}
define(full, {
  ...creates,
  kernel: (size, value, dtype, _, grad) => leaf(filled(sized(size, dtype ?? inferred(value)), value), grad),
});

const likes: readonly (readonly [string, bigint])[] = [
  ['zeros_like', 0n],
  ['ones_like', 1n],
  ['empty_like', 0n],
];
for (const [name, value] of likes) {
  const op = declare(
    `${name}(Tensor self, ${OPTIONS}) -> Tensor` as 'x(Tensor self, *, ScalarType? dtype=None, Device? device=None, bool requires_grad=False) -> Tensor',
  );
  define(op, {
    ...creates,
    kernel: (self, dtype, _, grad) => leaf(filled(emptyTensor(self.shape, dtype ?? self.dtype), value), grad),
  });
}
define(
  declare(
    'full_like(Tensor self, Scalar fill_value, *, ScalarType? dtype=None, Device? device=None, bool requires_grad=False) -> Tensor',
  ),
  {
    ...creates,
    kernel: (self, value, dtype, _, grad) => leaf(filled(emptyTensor(self.shape, dtype ?? self.dtype), value), grad),
  },
);
for (const [name, value] of [
  ['new_zeros', 0n],
  ['new_ones', 1n],
  ['new_empty', 0n],
] as const) {
  const op = declare(
    `${name}(Tensor self, int[] size, ${OPTIONS}) -> Tensor` as 'x(Tensor self, int[] size, *, ScalarType? dtype=None, Device? device=None, bool requires_grad=False) -> Tensor',
  );
  define(op, {
    variants: { namespace: null },
    kernel: (self, size, dtype, _, grad) => leaf(filled(sized(size, dtype ?? self.dtype), value), grad),
  });
}
define(
  declare(
    'new_full(Tensor self, int[] size, Scalar fill_value, *, ScalarType? dtype=None, Device? device=None, bool requires_grad=False) -> Tensor',
  ),
  {
    variants: { namespace: null },
    kernel: (self, size, value, dtype, _, grad) => leaf(filled(sized(size, dtype ?? self.dtype), value), grad),
  },
);

/** start, start + step, ... before end: each computed from the first, not from the one before. */
function range(start: Scalar, end: Scalar, step: Scalar, dtype: DType | null): Tensor {
  const floats = [start, end, step].some((value) => typeof value === 'number');
  const [from, to, by] = [Number(start), Number(end), Number(step)];
  if (by === 0) throw runtimeError('step must be nonzero');
  if ((by > 0 && from > to) || (by < 0 && from < to)) {
    throw runtimeError('upper bound and larger bound inconsistent with step sign');
  }
  const out = emptyTensor([Math.ceil((to - from) / by)], dtype ?? (floats ? context.defaultDtype : int64));
  const values = Array.from({ length: out.shape[0]! }, (_, i) => from + i * by);
  convertScalars(values, out.storage.data, out.dtype);
  return out;
}

define(arange, { ...creates, kernel: (end, dtype, _, grad) => leaf(range(0n, end, 1n, dtype), grad) });
define(arangeFrom, {
  ...creates,
  kernel: (start, end, step, dtype, _, grad) => leaf(range(start, end, step, dtype), grad),
});

define(linspace, {
  ...creates,
  kernel: (start, end, steps, dtype, _, grad) => {
    if (steps < 0) throw runtimeError('number of steps must be non-negative');
    const out = emptyTensor([steps], dtype ?? context.defaultDtype);
    const round = out.dtype === float32 ? Math.fround : (value: number) => value;
    const [from, to] = [round(Number(start)), round(Number(end))];
    const step = round((to - from) / (steps - 1));
    const half = Math.floor(steps / 2);
    const values = Array.from({ length: steps }, (_, i) =>
      i < half ? from + round(step * i) : to - round(step * (steps - i - 1)),
    );
    convertScalars(steps === 1 ? [from] : values, out.storage.data, out.dtype);
    return leaf(out, grad);
  },
});

define(eye, {
  ...creates,
  kernel: (n, m, dtype, _, grad) => {
    const out = emptyTensor([n, m ?? n], dtype ?? context.defaultDtype);
    const values = Array.from({ length: out.numel }, (_, i) => (Math.floor(i / (m ?? n)) === i % (m ?? n) ? 1 : 0));
    convertScalars(values, out.storage.data, out.dtype);
    return leaf(out, grad);
  },
});
