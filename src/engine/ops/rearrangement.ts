/** Views by other names: ops whose graph shows the views that they are made of. */
import { indexError, runtimeError } from '../errors.ts';
import { item } from '../item.ts';
import { alias, declare, define } from '../registry.ts';
import { formatShape, isBroadcastableTo, numel, type Shape, sameShape, wrapDim } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { contiguous } from './conversion.ts';
import { expand, permute, reshape, slice, transpose, unsqueeze, view } from './movement.ts';
import { sumToSize } from './reduction.ts';

export const narrow = declare('narrow(Tensor self, int dim, int start, int length) -> Tensor');
const narrowFrom = declare('narrow.Tensor(Tensor self, int dim, Tensor start, int length) -> Tensor');
export const movedim = declare('movedim.int(Tensor self, int source, int destination) -> Tensor');
const movedims = declare('movedim.intlist(Tensor self, int[] source, int[] destination) -> Tensor');
const swapaxes = declare('swapaxes(Tensor self, int axis0, int axis1) -> Tensor');
const swapdims = declare('swapdims(Tensor self, int dim0, int dim1) -> Tensor');
const ravel = declare('ravel(Tensor self) -> Tensor');
const unflatten = declare('unflatten.int(Tensor self, int dim, int[] sizes) -> Tensor');
const broadcastTo = declare('broadcast_to(Tensor self, int[] size) -> Tensor');
export const broadcastTensors = declare('broadcast_tensors(Tensor[] tensors) -> Tensor[]');
export const atLeast1 = declare('atleast_1d(Tensor self) -> Tensor');
export const atLeast2 = declare('atleast_2d(Tensor self) -> Tensor');
export const atLeast3 = declare('atleast_3d(Tensor self) -> Tensor');
const expandAs = declare('expand_as(Tensor self, Tensor other) -> Tensor');
const viewAs = declare('view_as(Tensor self, Tensor other) -> Tensor');
const reshapeAs = declare('reshape_as(Tensor self, Tensor other) -> Tensor');
const sumTo = declare('sum_to_size(Tensor self, int[] size) -> Tensor');
export const meshgrid = declare("meshgrid(Tensor[] tensors, *, str indexing='ij') -> Tensor[]");

const parts = { composite: true } as const;
const method = { variants: { namespace: null }, composite: true } as const;
const functions = { variants: { method: false }, composite: true } as const;

define(narrow, {
  ...parts,
  kernel: (self, dim, start, length) => {
    if (self.rank === 0) throw runtimeError('narrow() cannot be applied to a 0-dim tensor.');
    const size = self.shape[wrapDim(dim, self.rank)]!;
    if (start !== size) wrapStart(start, size);
    const from = start < 0 ? start + size : start;
    if (length < 0 || from > size - length) {
      throw runtimeError(`start (${from}) + length (${length}) exceeds dimension size (${size}).`);
    }
    return slice(self, dim, from, from + length, 1);
  },
});

function wrapStart(start: number, size: number): void {
  const span = Math.max(size, 1);
  if (start >= -span && start < span) return;
  throw indexError(`Dimension out of range (expected to be in range of [${-span}, ${span - 1}], but got ${start})`);
}

define(narrowFrom, {
  ...parts,
  kernel: (self, dim, start, length) => {
    if (start.rank > 0 || start.dtype.category !== 1) throw runtimeError('start must be an 0-dim integral Tensor.');
    return narrow(self, dim, Number(item(start)), length);
  },
});

function moved(self: Tensor, source: Shape, destination: Shape): Tensor {
  if (source.length !== destination.length) {
    throw runtimeError(
      `movedim: Invalid source or destination dims: source (${formatShape(source)} dims) should contain the same number of dims as destination (${formatShape(destination)} dims)`,
    );
  }
  const from = source.map((d) => wrapDim(d, self.rank));
  const to = destination.map((d) => wrapDim(d, self.rank));
  refuseRepeats('source', source, from);
  refuseRepeats('destination', destination, to);
  if (self.rank === 0) return permute(self, []);
  const rest = self.shape.map((_, d) => d).filter((d) => !from.includes(d));
  const order = self.shape.map((_, d) => (to.includes(d) ? from[to.indexOf(d)]! : rest.shift()!));
  return permute(self, order);
}

function refuseRepeats(what: string, given: Shape, wrapped: Shape): void {
  if (new Set(wrapped).size === wrapped.length) return;
  throw runtimeError(`movedim: repeated dim in \`${what}\` (${formatShape(given)})`);
}

define(movedim, { ...parts, kernel: (self, source, destination) => moved(self, [source], [destination]) });
define(movedims, { ...parts, kernel: moved });
alias(movedim, 'moveaxis');

const swapped = {
  variants: { inplace: true },
  node: 'TransposeBackward0',
  inplaceNode: 'TransposeBackward1',
  view: true,
} as const;
const turned = '∂L/∂self = upstreamᵀ';
define(swapaxes, {
  ...swapped,
  kernel: (self, axis0, axis1) => transpose.def!.kernel(self, axis0, axis1) as Tensor,
  gradients: { self: { formula: turned, rule: (g, { axis0, axis1 }) => transpose(g, axis0, axis1) } },
});
define(swapdims, {
  ...swapped,
  kernel: (self, dim0, dim1) => transpose.def!.kernel(self, dim0, dim1) as Tensor,
  gradients: { self: { formula: turned, rule: (g, { dim0, dim1 }) => transpose(g, dim0, dim1) } },
});

define(ravel, { ...parts, kernel: (self) => view(contiguous(self), [-1]) });

define(unflatten, {
  ...parts,
  kernel: (self, dim, sizes) => {
    const at = wrapDim(dim, self.rank);
    if (sizes.length === 0) throw runtimeError('unflatten: sizes must be non-empty');
    const size = self.shape[at]!;
    const holes = sizes.filter((one) => one === -1).length;
    const known = numel(sizes.filter((one) => one !== -1));
    if (holes > 1) throw runtimeError('unflatten got an unexpected error:\nonly one dimension can be inferred');
    if (holes === 0 ? known !== size : known === 0 || size % known !== 0) {
      throw runtimeError(
        `unflatten: Provided sizes ${formatShape(sizes)} don't multiply up to the size of dim ${at} (${size}) in the input tensor`,
      );
    }
    const inner = sizes.map((one) => (one === -1 ? size / known : one));
    return view(self, [...self.shape.slice(0, at), ...inner, ...self.shape.slice(at + 1)]);
  },
});

define(broadcastTo, { ...parts, kernel: (self, size) => expand(self, size) });

/** The shape that all broadcast to; told of in the words that `expand` has for what does not fit. */
function commonShape(tensors: readonly Tensor[]): Shape {
  const rank = Math.max(0, ...tensors.map((tensor) => tensor.rank));
  return Array.from({ length: rank }, (_, i) => {
    let common = 1;
    for (const { shape } of tensors) {
      const size = shape[i - rank + shape.length] ?? 1;
      if (size !== 1 && common !== 1 && size !== common) {
        throw runtimeError(
          `The size of tensor a (${common}) must match the size of tensor b (${size}) at non-singleton dimension ${i}`,
        );
      }
      if (common === 1) common = size;
    }
    return common;
  });
}

define(broadcastTensors, {
  ...functions,
  kernel: (tensors) => {
    const shape = commonShape(tensors);
    return tensors.map((tensor) => (sameShape(tensor.shape, shape) ? tensor : expand(tensor, shape)));
  },
});

define(atLeast1, { ...parts, kernel: (self) => (self.rank === 0 ? reshape(self, [1]) : self) });
define(atLeast2, {
  ...parts,
  kernel: (self) => (self.rank === 0 ? reshape(self, [1, 1]) : self.rank === 1 ? unsqueeze(self, 0) : self),
});
define(atLeast3, {
  ...parts,
  kernel: (self) => {
    if (self.rank === 0) return reshape(self, [1, 1, 1]);
    if (self.rank === 1) return unsqueeze(unsqueeze(self, 0), -1);
    return self.rank === 2 ? unsqueeze(self, -1) : self;
  },
});
for (const op of [atLeast1, atLeast2, atLeast3]) {
  const { name } = op.def!;
  define(declare(`${name}.Sequence(Tensor[] tensors) -> Tensor[]` as 'x(Tensor[] tensors) -> Tensor[]'), {
    ...functions,
    kernel: (tensors) => tensors.map((tensor) => op(tensor)),
  });
}

define(expandAs, { ...method, kernel: (self, other) => expand(self, other.shape) });
define(viewAs, { ...method, kernel: (self, other) => view(self, other.shape) });
define(reshapeAs, { ...method, kernel: (self, other) => reshape(self, other.shape) });
define(sumTo, {
  ...method,
  kernel: (self, size) => {
    if (isBroadcastableTo(size, self.shape)) return sumToSize(self, size);
    throw runtimeError(`size {${formatShape(size)}} is not expandable to size {${formatShape(self.shape)}}.`);
  },
});

define(meshgrid, {
  ...functions,
  kernel: (tensors, indexing) => {
    if (tensors.length === 0) throw runtimeError('meshgrid expects a non-empty TensorList');
    if (indexing !== 'ij' && indexing !== 'xy') {
      throw runtimeError(`torch.meshgrid: indexing must be one of "xy" or "ij", but received: ${indexing}`);
    }
    checkVectors(tensors);
    const swap = indexing === 'xy' && tensors.length >= 2;
    const vectors = swap ? [tensors[1]!, tensors[0]!, ...tensors.slice(2)] : tensors;
    const shape = vectors.map((tensor) => tensor.numel);
    const grids = vectors.map((tensor, i) =>
      expand(
        view(
          tensor,
          shape.map((_, d) => (d === i ? -1 : 1)),
        ),
        shape,
      ),
    );
    if (!swap) return grids;
    return [grids[1]!, grids[0]!, ...grids.slice(2)];
  },
});

function checkVectors(tensors: readonly Tensor[]): void {
  for (const { rank, shape, dtype } of tensors) {
    if (rank > 1) {
      throw runtimeError(`torch.meshgrid: Expected 0D or 1D tensor in the tensor list but got: ${formatShape(shape)}`);
    }
    if (dtype !== tensors[0]!.dtype) throw runtimeError('meshgrid expects all tensors to have the same dtype');
  }
}
