/** Diagonals and triangles of matrices. */
import { indexError, runtimeError } from '../errors.ts';
import { declare, define } from '../registry.ts';
import { type Shape, wrapDim } from '../shape.ts';
import { gather } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import { restrided } from './layout.ts';
import { fromData } from './pointwise.ts';
import { copyRaw } from './raw.ts';

export const diagonal = declare('diagonal(Tensor self, int offset=0, int dim1=0, int dim2=1) -> Tensor');
const diagonalBackward = declare(
  'diagonal_backward(Tensor grad_output, int[] input_sizes, int offset, int dim1, int dim2) -> Tensor',
);
const linalgDiagonal = declare('linalg_diagonal(Tensor A, *, int offset=0, int dim1=-2, int dim2=-1) -> Tensor');
export const tril = declare('tril(Tensor self, int diagonal=0) -> Tensor');
export const triu = declare('triu(Tensor self, int diagonal=0) -> Tensor');

/** A view of the elements whose second index is `offset` more than the first, along a new last dimension. */
function diagonalView(self: Tensor, offset: number, dim1: number, dim2: number): Tensor {
  const [a, b] = [wrapDim(dim1, self.rank), wrapDim(dim2, self.rank)];
  if (a === b) throw runtimeError(`diagonal dimensions cannot be identical ${dim1}, ${dim2}`);
  const size =
    offset >= 0 ? Math.min(self.shape[a]!, self.shape[b]! - offset) : Math.min(self.shape[a]! + offset, self.shape[b]!);
  const kept = self.shape.map((_, i) => i).filter((i) => i !== a && i !== b);
  const start = size <= 0 ? 0 : offset >= 0 ? offset * self.strides[b]! : -offset * self.strides[a]!;
  return restrided(
    self,
    [...kept.map((d) => self.shape[d]!), Math.max(size, 0)],
    [...kept.map((d) => self.strides[d]!), self.strides[a]! + self.strides[b]!],
    self.offset + start,
  );
}

define(diagonal, {
  view: true,
  kernel: diagonalView,
  gradients: {
    self: {
      formula: '∂L/∂self = zeros, with upstream on the diagonal',
      rule: (g, s) => diagonalBackward(g, s.shapeOf(), s.offset, s.dim1, s.dim2),
    },
  },
});

define(diagonalBackward, {
  variants: { namespace: null, method: false },
  kernel: (grad, sizes: Shape, offset, dim1, dim2) => {
    const out = emptyTensor(sizes, grad.dtype);
    copyRaw(diagonalView(out, offset, dim1, dim2), grad);
    return out;
  },
  gradients: {
    grad_output: {
      formula: '∂L/∂grad_output = the diagonal of upstream',
      rule: (g, { offset, dim1, dim2 }) => diagonal(g, offset, dim1, dim2),
    },
  },
});

define(linalgDiagonal, {
  variants: { namespace: 'linalg', method: false },
  composite: true,
  kernel: (A, offset, dim1, dim2) => diagonal(A, offset, dim1, dim2),
});

/** The matrices with zeros where `keeps` says no. */
function masked(self: Tensor, keeps: (row: number, column: number) => boolean): Tensor {
  if (self.rank === 0) throw indexError('Dimension specified as -2 but tensor has no dimensions');
  if (self.rank === 1) throw indexError('Dimension out of range (expected to be in range of [-1, 0], but got -2)');
  const data = gather(self, self.shape);
  const [rows, columns] = self.shape.slice(-2) as [number, number];
  const { lanes } = self.dtype;
  const zero = data instanceof BigInt64Array ? 0n : 0;
  for (let i = 0; i < self.numel; i++) {
    const column = i % columns;
    const row = Math.floor(i / columns) % rows;
    if (!keeps(row, column)) data.fill(zero as never, i * lanes, (i + 1) * lanes);
  }
  return fromData(data, self.shape, self.dtype);
}

function triangle(op: typeof tril, keeps: (row: number, column: number, diagonal: number) => boolean): void {
  define(op, {
    variants: { inplace: true },
    kernel: (self, diagonal) => masked(self, (row, column) => keeps(row, column, diagonal)),
    gradients: {
      self: { formula: '∂L/∂self = upstream in the triangle', rule: (g, { diagonal }) => op(g, diagonal) },
    },
  });
}
triangle(tril, (row, column, diagonal) => column - row <= diagonal);
triangle(triu as never, (row, column, diagonal) => column - row >= diagonal);
