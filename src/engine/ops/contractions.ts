/** Products that sum over chosen dimensions, made of the matrix product: inner, tensordot, kron, vecdot; and the trace and the cross product. */
import { float16, int64, isDifferentiable, isIntegral } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { declare, define } from '../registry.ts';
import { broadcastShapes, formatShape, numel, wrapDim } from '../shape.ts';
import { gather } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import { mul } from './arithmetic.ts';
import { conj } from './complex.ts';
import { crossKernel } from './cross.ts';
import { permuted } from './layout.ts';
import { permute, reshape, unsafeView, view } from './movement.ts';
import { strict } from './out-rules.ts';
import { fromData } from './pointwise.ts';
import { mm, sameDtype, vdot } from './products.ts';
import { sumDim } from './reduction.ts';
import { indexFillTensor } from './slice-writes.ts';

export const tensordot = declare('tensordot(Tensor self, Tensor other, int[] dims_self, int[] dims_other) -> Tensor');
const inner = declare('inner(Tensor self, Tensor other) -> Tensor');
const kron = declare('kron(Tensor self, Tensor other) -> Tensor');
const vecdot = declare('linalg_vecdot(Tensor x, Tensor y, *, int dim=-1) -> Tensor');
const trace = declare('trace(Tensor self) -> Tensor');
const linalgCross = declare('linalg_cross(Tensor self, Tensor other, *, int dim=-1) -> Tensor');
const cross = declare('cross(Tensor self, Tensor other, int? dim=None) -> Tensor');

/** Dimensions that are summed over, of a tensor, in the order in which they meet those of the other. */
function contracted(self: Tensor, dims: readonly number[]): number[] {
  const wrapped = dims.map((d) => wrapDim(d, self.rank));
  const twice = wrapped.find((d, i) => wrapped.indexOf(d) !== i);
  if (twice !== undefined) throw runtimeError(`dim ${twice} appears multiple times in the list of dims`);
  return wrapped;
}

define(tensordot, {
  variants: { method: false },
  composite: true,
  kernel: (self, other, dimsSelf, dimsOther) => {
    if (dimsSelf.length !== dimsOther.length) throw runtimeError('both dimension lists should have same length');
    const [left, right] = [contracted(self, dimsSelf), contracted(other, dimsOther)];
    let [a, b] = [self, other];
    for (const [i, d] of left.entries()) {
      const [x, y] = [self.shape[d]!, other.shape[right[i]!]!];
      if (y === 1) a = sumDim(a, [d], true);
      else if (x === 1) b = sumDim(b, [right[i]!], true);
      else if (x !== y) {
        throw runtimeError(
          `contracted dimensions need to match, but first has size ${x} in dim ${dimsSelf[i]} and second has size ${y} in dim ${dimsOther[i]}`,
        );
      }
    }
    return contract(a, b, left, right);
  },
});

function contract(a: Tensor, b: Tensor, left: readonly number[], right: readonly number[]): Tensor {
  const keptA = a.shape.map((_, i) => i).filter((i) => !left.includes(i));
  const keptB = b.shape.map((_, i) => i).filter((i) => !right.includes(i));
  const shapeA = keptA.map((d) => a.shape[d]!);
  const shapeB = keptB.map((d) => b.shape[d]!);
  const depth = numel(left.map((d) => a.shape[d]!));
  const rows = reshape(permute(a, [...keptA, ...left]), [numel(shapeA), depth]);
  const columns = reshape(permute(b, [...right, ...keptB]), [depth, numel(shapeB)]);
  return reshape(mm(rows, columns), [...shapeA, ...shapeB]);
}

define(inner, {
  composite: true,
  out: strict(
    (wanted, given) =>
      `tensordot: Expected the output tensor to have dtype ${wanted.scalar}, but got an output tensor with dtype ${given.scalar}`,
    ([self, other]) => (self as Tensor).rank > 0 && (other as Tensor).rank > 0,
  ),
  kernel: (self, other) => {
    sameDtype(self, other);
    if (self.rank === 0 || other.rank === 0) return mul(self, other);
    if (self.shape.at(-1) !== other.shape.at(-1)) {
      throw runtimeError(
        `inner() the last dimension must match on both input tensors but got shapes ${formatShape(self.shape)} and ${formatShape(other.shape)}`,
      );
    }
    return tensordot(self, other, [-1], [-1]);
  },
});

/** Every product of an element of self and one of other, self's position first. */
define(kron, {
  composite: true,
  kernel: (self, other) => {
    const rank = Math.max(self.rank, other.rank);
    const pad = (tensor: Tensor): number[] => [...new Array<number>(rank - tensor.rank).fill(1), ...tensor.shape];
    const [a, b] = [pad(self), pad(other)];
    const left = unsafeView(
      self.isContiguous ? self : contiguousCopy(self),
      a.flatMap((size) => [size, 1]),
    );
    const right = unsafeView(
      other.isContiguous ? other : contiguousCopy(other),
      b.flatMap((size) => [1, size]),
    );
    return unsafeView(
      mul(left, right),
      a.map((size, i) => size * b[i]!),
    );
  },
});

const contiguousCopy = (tensor: Tensor): Tensor => reshape(tensor, [-1]);

define(vecdot, {
  variants: { namespace: 'linalg', method: false },
  composite: true,
  kernel: (x, y, dim) => {
    if (!isDifferentiable(x.dtype)) {
      throw runtimeError(`linalg.vecdot: Expected a floating point or complex tensor as input. Got ${x.dtype.scalar}`);
    }
    if (x.dtype !== y.dtype) {
      throw runtimeError(
        `linalg.vecdot: Expected x and y to have the same dtype, but found x of type ${x.dtype.scalar} and y of type ${y.dtype.scalar} instead`,
      );
    }
    if (x.rank === 1 && y.rank === 1) return vdot(x, y);
    return sumDim(mul(conj(x), y), [dim]);
  },
});

define(trace, {
  kernel: (self) => {
    if (self.rank !== 2) throw runtimeError(`trace: expected a matrix, but got tensor with dim ${self.rank}`);
    const named = self.dtype.name;
    if (named === 'bool' || named === 'float16' || named === 'bfloat16') {
      throw runtimeError(`"trace" not implemented for '${self.dtype.scalar}'`);
    }
    const size = Math.min(self.shape[0]!, self.shape[1]!);
    const diagonal = permuted(self, [0]);
    diagonal.shape = [size];
    diagonal.strides = [self.strides[0]! + self.strides[1]!];
    return sumDim.def!.kernel(diagonal, [0], false, isIntegral(self.dtype, true) ? int64 : self.dtype) as Tensor;
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream · I',
      rule: (g, s) => {
        const [rows, columns] = s.shapeOf() as [number, number];
        const places = BigInt64Array.from({ length: Math.min(rows, columns) }, (_, i) => BigInt(i * (columns + 1)));
        const zeros = emptyTensor([rows * columns], g.dtype);
        return view(indexFillTensor(zeros, 0, fromData(places, [places.length], int64), g), [rows, columns]);
      },
    },
  },
});

define(linalgCross, {
  variants: { namespace: 'linalg', method: false },
  kernel: (self, other, dim) => {
    if (self.rank !== other.rank) throw runtimeError('linalg.cross: inputs must have the same number of dimensions.');
    const [x, y] = [self.shape[wrapDim(dim, self.rank)], other.shape[wrapDim(dim, other.rank)]];
    if (x !== 3 || y !== 3) {
      throw runtimeError(`linalg.cross: inputs dimension ${dim} must have length 3. Got ${x} and ${y}`);
    }
    const shape = broadcastShapes(self.shape, other.shape);
    sameDtype(self, other);
    if (self.dtype.category === 0 || self.dtype === float16)
      throw runtimeError(`"cross" not implemented for '${self.dtype.scalar}'`);
    const axis = wrapDim(dim, self.rank);
    return crossKernel(gather(self, shape), gather(other, shape), shape, axis, self.dtype);
  },
  gradients: {
    self: {
      formula: '∂L/∂self = conj(other) × upstream',
      saves: ['other'],
      rule: (g, { other, dim }) => linalgCross(conj(other), g, dim),
    },
    other: {
      formula: '∂L/∂other = upstream × conj(self)',
      saves: ['self'],
      rule: (g, { self, dim }) => linalgCross(g, conj(self), dim),
    },
  },
});

define(cross, {
  composite: true,
  kernel: (self, other, dim) => {
    if (dim !== null) return linalgCross(self, other, dim);
    const first = self.shape.indexOf(3);
    if (first < 0) throw runtimeError('no dimension of size 3 in input');
    return linalgCross(self, other, first);
  },
});
