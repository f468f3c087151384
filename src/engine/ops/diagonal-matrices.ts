/** Matrices from diagonals, diagonals from matrices, blocks along a diagonal. */
import { context } from '../context.ts';
import { float16 } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { resultTypeOf } from '../promote.ts';
import { declare, define } from '../registry.ts';
import { wrapDim } from '../shape.ts';
import { gather } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import { contiguous } from './conversion.ts';
import { diagonal } from './diagonal.ts';
import { restrided } from './layout.ts';
import { reshape, slice, view } from './movement.ts';
import { fromData } from './pointwise.ts';
import { copyRaw } from './raw.ts';

export const diag = declare('diag(Tensor self, int diagonal=0) -> Tensor');
const diagBackward = declare('_diag_backward(Tensor grad, int[] input_sizes, int diagonal) -> Tensor');
export const diagEmbed = declare('diag_embed(Tensor self, int offset=0, int dim1=-2, int dim2=-1) -> Tensor');
const diagflat = declare('diagflat(Tensor self, int offset=0) -> Tensor');
const blockDiag = declare('block_diag(Tensor[] tensors) -> Tensor');

const diagonalOf = (whole: Tensor, offset: number, dim1 = 0, dim2 = 1): Tensor =>
  diagonal.def!.kernel(whole, offset, dim1, dim2) as Tensor;

/** A square matrix with the vector on a diagonal, or a matrix's diagonal. */
function diagKernel(self: Tensor, offset: number): Tensor {
  if (self.dtype === float16) throw runtimeError('"diag" not implemented for \'Half\'');
  if (self.rank === 2) {
    const part = diagonalOf(self, offset);
    return fromData(gather(part, part.shape), part.shape, self.dtype);
  }
  if (self.rank !== 1) throw runtimeError('matrix or a vector expected');
  const size = self.shape[0]! + Math.abs(offset);
  const out = emptyTensor([size, size], self.dtype);
  copyRaw(diagonalOf(out, offset), self);
  return out;
}

define(diag, {
  kernel: diagKernel,
  gradients: {
    self: {
      formula: '∂L/∂self = upstream, back where it was read',
      rule: (g, s) => (s.shapeOf().length === 1 ? diag(g, s.diagonal) : diagBackward(g, s.shapeOf(), s.diagonal)),
    },
  },
});

define(diagBackward, {
  variants: { namespace: null, method: false },
  node: 'DiagonalBackwardBackward0',
  kernel: (grad, sizes, offset) => {
    const out = emptyTensor(sizes, grad.dtype);
    copyRaw(diagonalOf(out, offset), grad);
    return out;
  },
  gradients: { grad: { formula: '∂L/∂grad = the diagonal of upstream', rule: (g, s) => diagonal(g, s.diagonal) } },
});

define(diagEmbed, {
  kernel: (self, offset, dim1, dim2) => {
    const rank = self.rank + 1;
    const [a, b] = [wrapDim(dim1, rank), wrapDim(dim2, rank)];
    if (a === b) throw runtimeError(`diagonal dimensions cannot be identical ${dim1}, ${dim2}`);
    const size = self.shape.at(-1)! + Math.abs(offset);
    const rest = [...self.shape.slice(0, -1)];
    const shape = Array.from({ length: rank }, (_, d) => (d === a || d === b ? size : rest.shift()!));
    const out = emptyTensor(shape, self.dtype);
    copyRaw(diagonalOf(out, offset, a, b), self);
    return out;
  },
  gradients: {
    self: {
      formula: '∂L/∂self = the diagonal of upstream',
      rule: (g, { offset, dim1, dim2 }) => diagonal(g, offset, dim1, dim2),
    },
  },
});

define(diagflat, { composite: true, kernel: (self, offset) => diag(view(contiguous(self), [-1]), offset) });

/** The matrices one below and right of the other, zeros elsewhere; vectors are rows. */
define(blockDiag, {
  variants: { method: false },
  kernel: (tensors) => {
    tensors.forEach((tensor, i) => {
      if (tensor.rank <= 2) return;
      throw runtimeError(
        `torch.block_diag: Input tensors must have 2 or fewer dimensions. Input ${i} has ${tensor.rank} dimensions`,
      );
    });
    const blocks = tensors.map((tensor) => asMatrix(tensor));
    const [rows, columns] = [0, 1].map((d) => blocks.reduce((total, block) => total + block.shape[d]!, 0));
    const dtype = tensors.length === 0 ? context.defaultDtype : resultTypeOf(tensors);
    const out = emptyTensor([rows!, columns!], dtype);
    let [row, column] = [0, 0];
    for (const block of blocks) {
      const [height, width] = block.shape as readonly [number, number];
      copyRaw(restrided(out, [height, width], out.strides, row * columns! + column), block);
      row += height;
      column += width;
    }
    return out;
  },
  gradients: {
    tensors: {
      formula: '∂L/∂tensors[i] = the block of upstream that is tensors[i]',
      rule: (g, s) => {
        let [row, column] = [0, 0];
        return s.node.next.map((_, i) => {
          const { shape } = s.listOf(0)[i]!;
          const [height, width] = shape.length === 2 ? (shape as [number, number]) : [1, shape[0] ?? 1];
          const [top, left] = [row, column];
          row += height;
          column += width;
          if (!s.isNeeded(i)) return null;
          const block = slice(slice(g, 0, top, row), 1, left, column);
          return shape.length === 2 ? block : reshape(block, shape);
        });
      },
    },
  },
});

function asMatrix(tensor: Tensor): Tensor {
  if (tensor.rank === 2) return tensor;
  const width = tensor.shape[0] ?? 1;
  return restrided(tensor, [1, width], [0, tensor.strides[0] ?? 1]);
}
