/** The movement family: views, which show the same memory in another shape. */
import { typeText } from '../dtype.ts';
import { indexError, runtimeError } from '../errors.ts';
import { declare, define } from '../registry.ts';
import { contiguousStrides, formatShape, numel, type Shape, wrapDim } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { clone } from './cast.ts';
import { permuted, restrided } from './layout.ts';
import { copyRaw, zerosLike } from './raw.ts';

export const expand = declare('expand(Tensor self, int[] size, *, bool implicit=False) -> Tensor');
export const view = declare('view(Tensor self, int[] size) -> Tensor');
export const reshapeAlias = declare('_reshape_alias(Tensor self, int[] size) -> Tensor');
export const unsafeView = declare('_unsafe_view(Tensor self, int[] size) -> Tensor');
export const reshape = declare('reshape(Tensor self, int[] shape) -> Tensor');
export const permute = declare('permute(Tensor self, int[] dims) -> Tensor');
export const transpose = declare('transpose.int(Tensor self, int dim0, int dim1) -> Tensor');
export const t = declare('t(Tensor self) -> Tensor');
export const unsqueeze = declare('unsqueeze(Tensor self, int dim) -> Tensor');
export const squeeze = declare('squeeze(Tensor self) -> Tensor');
export const squeezeDim = declare('squeeze.dim(Tensor self, int dim) -> Tensor');
export const select = declare('select.int(Tensor self, int dim, int index) -> Tensor');
export const slice = declare(
  'slice.Tensor(Tensor self, int dim=0, int? start=None, int? end=None, int step=1) -> Tensor',
);
export const flatten = declare('flatten(Tensor self, int start_dim=0, int end_dim=-1) -> Tensor');

const internal = { variants: { namespace: null, method: false } } as const;
const method = { variants: { namespace: null } } as const;

define(expand, {
  ...method,
  view: true,
  kernel: expandKernel,
  gradients: { self: { formula: '∂L/∂self = upstream, summed over what was repeated', rule: (g) => g } },
});

/** Repeats dimensions of size 1 without copying; −1 keeps a size. The gradient is summed by the engine, as for any broadcast. */
function expandKernel(self: Tensor, size: Shape): Tensor {
  const lead = size.length - self.rank;
  if (lead < 0) {
    throw runtimeError(
      `expand(${typeText(self.dtype)}{${formatShape(self.shape)}}, size=${formatShape(size)}): the number of sizes provided (${size.length}) must be greater or equal to the number of dimensions in the tensor (${self.rank})`,
    );
  }
  const shape = size.map((wanted, i) => {
    const own = i < lead ? 1 : self.shape[i - lead]!;
    const to = wanted === -1 && i >= lead ? own : wanted;
    if (to === -1) {
      throw runtimeError(
        `The expanded size of the tensor (-1) isn't allowed in a leading, non-existing dimension ${i}`,
      );
    }
    if (own !== to && own !== 1) {
      throw runtimeError(
        `The expanded size of the tensor (${to}) must match the existing size (${own}) at non-singleton dimension ${i}.  Target sizes: ${formatShape(size)}.  Tensor sizes: ${formatShape(self.shape)}`,
      );
    }
    return to;
  });
  return restrided(self, shape, expandedStrides(self, shape));
}

/** 0 along what is repeated. A leading dimension of size 1 has the stride that it would have if it were contiguous. */
function expandedStrides(self: Tensor, shape: Shape): Shape {
  const strides = new Array<number>(shape.length);
  const lead = shape.length - self.rank;
  if (self.rank === 0) return strides.fill(0);
  for (let i = shape.length - 1; i >= 0; i--) {
    const own = i < lead ? 1 : self.shape[i - lead]!;
    const step = i >= lead ? self.strides[i - lead]! : shape[i + 1]! * strides[i + 1]!;
    strides[i] = own === 1 && shape[i] !== 1 ? 0 : step;
  }
  return strides;
}

/** Fills in −1 and checks that the sizes hold as many elements. */
function inferShape(self: Tensor, size: Shape): Shape {
  const known = size.reduce((product, n) => (n === -1 ? product : product * n), 1);
  const holes = size.filter((n) => n === -1).length;
  if (holes > 1) throw runtimeError('only one dimension can be inferred');
  const bad = size.find((n) => n < -1);
  if (bad !== undefined) throw runtimeError(`invalid shape dimension ${bad}`);
  const count = self.numel;
  if (holes === 1 && known === 0 && count === 0) {
    throw runtimeError(
      `cannot reshape tensor of 0 elements into shape ${formatShape(size)} because the unspecified dimension size -1 can be any value and is ambiguous`,
    );
  }
  const fits = holes === 1 ? known !== 0 && count % known === 0 : known === count;
  if (!fits) throw runtimeError(`shape '${formatShape(size)}' is invalid for input of size ${count}`);
  return holes === 1 ? size.map((n) => (n === -1 ? count / known : n)) : size;
}

/** Strides that show the same memory in a new shape, where that is possible (ATen's `computeStride`). */
function viewStrides(self: Tensor, shape: Shape): Shape | null {
  if (self.numel === 0) return contiguousStrides(shape);
  if (self.rank === 0) return shape.map(() => 1);
  const strides = new Array<number>(shape.length);
  let at = shape.length - 1;
  let base = self.strides[self.rank - 1]!;
  let chunk = 1;
  let viewed = 1;
  for (let d = self.rank - 1; d >= 0; d--) {
    chunk *= self.shape[d]!;
    if (d !== 0 && (self.shape[d - 1] === 1 || self.strides[d - 1] === chunk * base)) continue;
    while (at >= 0 && (viewed < chunk || shape[at] === 1)) {
      strides[at] = viewed * base;
      viewed *= shape[at]!;
      at--;
    }
    if (viewed !== chunk) return null;
    if (d > 0) {
      base = self.strides[d - 1]!;
      chunk = 1;
      viewed = 1;
    }
  }
  return at === -1 ? strides : null;
}

function viewKernel(self: Tensor, size: Shape): Tensor {
  const shape = inferShape(self, size);
  const strides = viewStrides(self, shape);
  if (strides === null) {
    throw runtimeError(
      "view size is not compatible with input tensor's size and stride (at least one dimension spans across two contiguous subspaces). Use .reshape(...) instead.",
    );
  }
  return restrided(self, shape, strides);
}

const reshaped = {
  formula: '∂L/∂self = upstream, in the shape of self',
  rule: (g: Tensor, s: { shapeOf(): Shape }) => reshape(g, s.shapeOf()),
};

define(view, { ...method, view: true, kernel: viewKernel, gradients: { self: reshaped } });
define(reshapeAlias, { ...internal, view: true, kernel: viewKernel, gradients: { self: reshaped } });
define(unsafeView, { ...internal, kernel: viewKernel, gradients: { self: reshaped } });

define(reshape, {
  composite: true,
  kernel: (self, size) => {
    const shape = inferShape(self, size);
    return viewStrides(self, shape) === null
      ? unsafeView(clone(self, 'contiguous_format'), shape)
      : reshapeAlias(self, shape);
  },
});

define(permute, {
  view: true,
  kernel: (self, dims) => {
    if (dims.length !== self.rank) {
      throw runtimeError(
        `permute(sparse_coo): number of dimensions in the tensor input does not match the length of the desired ordering of dimensions i.e. input.dim() = ${self.rank} is not equal to len(dims) = ${dims.length}`,
      );
    }
    const order = dims.map((d) => wrapDim(d, self.rank));
    if (new Set(order).size !== order.length) throw runtimeError('permute(): duplicate dims are not allowed.');
    return permuted(self, order);
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream, permuted back',
      rule: (g, { dims }) => {
        const inverse = new Array<number>(dims.length);
        dims.forEach((d, i) => {
          inverse[wrapDim(d, dims.length)] = i;
        });
        return permute(g, inverse);
      },
    },
  },
});

function swapped(self: Tensor, a: number, b: number): Tensor {
  const dims = self.shape.map((_, i) => i);
  if (dims.length > 0) [dims[a], dims[b]] = [dims[b]!, dims[a]!];
  return permuted(self, dims);
}

define(transpose, {
  names: true,
  variants: { inplace: true },
  inplaceNode: 'TransposeBackward1',
  view: true,
  kernel: (self, dim0, dim1) => swapped(self, wrapDim(dim0, self.rank), wrapDim(dim1, self.rank)),
  gradients: {
    self: {
      formula: '∂L/∂self = upstreamᵀ',
      rule: (g, { dim0, dim1 }) => transpose(g, dim0, dim1),
    },
  },
});

function requireMatrix(name: string, { rank }: Tensor): void {
  if (rank > 2) throw runtimeError(`${name}() expects a tensor with <= 2 dimensions, but self is ${rank}D`);
}

define(t, {
  variants: { inplace: true },
  checkInplace: (self) => requireMatrix('t_', self),
  inplaceNode: 'TBackward1',
  view: true,
  kernel: (self) => {
    requireMatrix('t', self);
    return swapped(self, 0, self.rank - 1);
  },
  gradients: { self: { formula: '∂L/∂self = upstreamᵀ', rule: (g) => t(g) } },
});

define(unsqueeze, {
  variants: { inplace: true },
  inplaceNode: 'UnsqueezeBackward1',
  view: true,
  kernel: (self, dim) => {
    const at = wrapDim(dim, self.rank + 1);
    const stride = at < self.rank ? self.shape[at]! * self.strides[at]! : 1;
    return restrided(self, self.shape.toSpliced(at, 0, 1), self.strides.toSpliced(at, 0, stride));
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream without dim',
      rule: (g, s) => squeezeDim(g, s.dim < 0 ? s.dim + s.shapeOf().length + 1 : s.dim),
    },
  },
});

/** Puts dimensions of size 1 where a reduction took some away. */
export function unsqueezeTo(tensor: Tensor, dims: readonly number[]): Tensor {
  return dims.reduce((result, dim) => unsqueeze(result, dim), tensor);
}

function squeezed(self: Tensor, drop: (dim: number) => boolean): Tensor {
  const kept = self.shape.map((_, i) => i).filter((i) => self.shape[i] !== 1 || !drop(i));
  return permuted(self, kept);
}

define(squeeze, {
  variants: { inplace: true },
  inplaceNode: 'SqueezeBackward2',
  view: true,
  kernel: (self) => squeezed(self, () => true),
  gradients: {
    self: {
      formula: '∂L/∂self = upstream, in the shape of self',
      rule: (g, s) =>
        unsqueezeTo(
          g,
          s.shapeOf().flatMap((size, i) => (size === 1 ? [i] : [])),
        ),
    },
  },
});

define(squeezeDim, {
  names: true,
  variants: { inplace: true },
  view: true,
  node: 'SqueezeBackward1',
  inplaceNode: 'SqueezeBackward3',
  kernel: (self, dim) => {
    const at = wrapDim(dim, self.rank);
    return squeezed(self, (i) => i === at);
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream, in the shape of self',
      rule: (g, s) => {
        const shape = s.shapeOf();
        const at = wrapDim(s.dim, shape.length);
        return shape[at] === 1 ? unsqueeze(g, at) : g;
      },
    },
  },
});

define(select, {
  names: true,
  view: true,
  kernel: (self, dim, index) => {
    if (self.rank === 0) throw indexError('select() cannot be applied to a 0-dim tensor.');
    const at = wrapDim(dim, self.rank);
    const size = self.shape[at]!;
    if (index < -size || index >= size) {
      throw indexError(
        `select(): index ${index} out of range for tensor of size ${formatShape(self.shape)} at dimension ${at}`,
      );
    }
    const start = self.offset + (index < 0 ? index + size : index) * self.strides[at]!;
    return restrided(self, self.shape.toSpliced(at, 1), self.strides.toSpliced(at, 1), start);
  },
  gradients: {
    self: {
      formula: '∂L/∂self = zeros, with upstream at index',
      rule: (g, s) => selectBackward(g, s.shapeOf(), s.dim, s.index),
    },
  },
});

export const selectBackward = declare(
  'select_backward(Tensor grad_output, int[] input_sizes, int dim, int index) -> Tensor',
);
define(selectBackward, {
  ...internal,
  kernel: (grad, sizes, dim, index) => {
    const out = zerosLike(grad, sizes);
    return writeThrough(out, select.def!.kernel(out, dim, index) as Tensor, grad);
  },
  gradients: {
    grad_output: {
      formula: '∂L/∂grad_output = upstream at index',
      rule: (g, { dim, index }) => select(g, dim, index),
    },
  },
});

define(slice, {
  ...internal,
  view: true,
  kernel: (self, dim, start, end, step) => {
    if (self.rank === 0) throw runtimeError('slice() cannot be applied to a 0-dim tensor.');
    if (step <= 0) throw runtimeError('slice step must be positive');
    const at = wrapDim(dim, self.rank);
    const size = self.shape[at]!;
    const clip = (n: number, low: number): number => Math.min(Math.max(n < 0 ? n + size : n, low), size);
    const from = clip(start ?? 0, 0);
    const to = clip(end ?? size, from);
    const shape = self.shape.with(at, Math.ceil((to - from) / step));
    const strides = self.strides.with(at, self.strides[at]! * step);
    return restrided(self, shape, strides, self.offset + from * self.strides[at]!);
  },
  gradients: {
    self: {
      formula: '∂L/∂self = zeros, with upstream in the slice',
      rule: (g, s) => sliceBackward(g, s.shapeOf(), s.dim, s.start, s.end, s.step),
    },
  },
});

export const sliceBackward = declare(
  'slice_backward(Tensor grad_output, int[] input_sizes, int dim, int? start, int? end, int step) -> Tensor',
);
define(sliceBackward, {
  ...internal,
  kernel: (grad, sizes, dim, start, end, step) => {
    const out = zerosLike(grad, sizes);
    return writeThrough(out, slice.def!.kernel(out, dim, start, end, step) as Tensor, grad);
  },
  gradients: {
    grad_output: {
      formula: '∂L/∂grad_output = upstream in the slice',
      rule: (g, { dim, start, end, step }) => slice(g, dim, start, end, step),
    },
  },
});

function writeThrough(whole: Tensor, part: Tensor, values: Tensor): Tensor {
  copyRaw(part, values);
  return whole;
}

define(flatten, {
  composite: true,
  kernel: (self, startDim, endDim) => {
    const from = wrapDim(startDim, self.rank);
    const to = wrapDim(endDim, self.rank);
    if (from > to) throw runtimeError('flatten() has invalid args: start_dim cannot come after end_dim');
    if (self.rank === 0) return reshape(self, [1]);
    if (from === to) return self;
    const middle = numel(self.shape.slice(from, to + 1));
    return reshape(self, [...self.shape.slice(0, from), middle, ...self.shape.slice(to + 1)]);
  },
});
