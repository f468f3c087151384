/** Between tensors and the plain arrays that `linear-algebra` works on: a batch of matrices is a list. */
import { type DType, float32, float64, isComplex, isDifferentiable, realType } from '../../dtype.ts';
import { linAlgError, runtimeError } from '../../errors.ts';
import { columnsOf, type Floats, type Matrix } from '../../linear-algebra/matrix.ts';
import { broadcastShapes, numel, type Shape } from '../../shape.ts';
import { gather, type NumberData } from '../../strided.ts';
import { emptyTensor, type Tensor } from '../../tensor.ts';
import { permuted } from '../layout.ts';
import { expand, transpose } from '../movement.ts';
import { fromData } from '../pointwise.ts';

/** The shape without its last two dimensions. */
export const batchOf = (tensor: Tensor): Shape => tensor.shape.slice(0, -2);
export const rowsOf = (tensor: Tensor): number => tensor.shape.at(-2)!;
export const widthOf = (tensor: Tensor): number => tensor.shape.at(-1)!;

/** Copies of a tensor's matrices. In `own` precision each step rounds as PyTorch's does. */
export function matricesOf(tensor: Tensor, precision: 'own' | 'double' = 'double'): Matrix[] {
  const { rank } = tensor;
  const order = [...tensor.shape.keys()].slice(0, -2);
  const data = gather(permuted(tensor, [...order, rank - 1, rank - 2]), [
    ...batchOf(tensor),
    widthOf(tensor),
    rowsOf(tensor),
  ]);
  return split(data as NumberData, tensor, rowsOf(tensor), widthOf(tensor), precision);
}

/** Copies of a tensor's vectors, as matrices of one column. */
export function vectorsOf(tensor: Tensor, precision: 'own' | 'double' = 'double'): Matrix[] {
  return split(gather(tensor, tensor.shape) as NumberData, tensor, widthOf(tensor), 1, precision);
}

function split(
  data: NumberData,
  { dtype, numel: count }: Tensor,
  rows: number,
  columns: number,
  precision: 'own' | 'double',
): Matrix[] {
  const make = precision === 'own' && realType(dtype) === float32 ? Float32Array : Float64Array;
  const complex = isComplex(dtype);
  const re: Floats = new make(count);
  const im: Floats | null = complex ? new make(count) : null;
  for (let i = 0; i < count; i++) {
    re[i] = data[complex ? 2 * i : i]!;
    if (im !== null) im[i] = data[2 * i + 1]!;
  }
  const size = rows * columns;
  const all = { rows: size, columns: 1, re, im };
  const batches = size === 0 ? 0 : count / size;
  return Array.from({ length: batches }, (_, b) => ({ ...columnsOf(all, b, b + 1), rows, columns }));
}

/** A tensor of matrices, column after column in memory as LAPACK leaves them, or row after row. Empty batches have their shape all the same. */
export function tensorOf(
  matrices: readonly Matrix[],
  batch: Shape,
  rows: number,
  columns: number,
  dtype: DType,
  layout: 'columns' | 'rows' = 'columns',
): Tensor {
  const out = emptyTensor([...batch, columns, rows], dtype);
  const data = out.storage.data as NumberData;
  const size = rows * columns;
  const complex = isComplex(dtype);
  matrices.forEach(({ re, im }, b) => {
    for (let i = 0; i < size; i++) {
      if (!complex) data[b * size + i] = re[i]!;
      else {
        data[2 * (b * size + i)] = re[i]!;
        data[2 * (b * size + i) + 1] = im?.[i] ?? 0;
      }
    }
  });
  const dims = out.shape.map((_, i) => i);
  const turned = permuted(out, [...dims.slice(0, -2), dims.length - 1, dims.length - 2]);
  return layout === 'columns' ? turned : fromData(gather(turned, turned.shape), turned.shape, dtype);
}

/** A tensor of vectors that lie one after another. */
export function vectorTensor(vectors: readonly ArrayLike<number>[], batch: Shape, size: number, dtype: DType): Tensor {
  const data = dtype.allocate(numel(batch) * size);
  vectors.forEach((vector, b) => {
    for (let i = 0; i < size; i++) data[b * size + i] = vector[i] as never;
  });
  return fromData(data, [...batch, size], dtype);
}

/** One number per matrix. */
export function numbersOf(values: readonly number[], batch: Shape, dtype: DType): Tensor {
  const data = dtype.allocate(numel(batch));
  for (let i = 0; i < values.length; i++) data[i] = values[i] as never;
  return fromData(data, batch, dtype);
}

export function checkMatrix(A: Tensor, name: string, argument = 'A'): void {
  if (A.rank < 2) throw runtimeError(`${name}: The input tensor ${argument} must have at least 2 dimensions.`);
}

export function checkSquare(A: Tensor, name: string, argument = 'A'): void {
  checkMatrix(A, name, argument);
  if (rowsOf(A) === widthOf(A)) return;
  throw runtimeError(
    `${name}: ${argument} must be batches of square matrices, but they are ${rowsOf(A)} by ${widthOf(A)} matrices`,
  );
}

/** Refuses ints, and half precision: in the op's own words, or in those of the `kernel` that would run. */
export function checkFloating(A: Tensor, name: string, low = false, kernel: string | null = null): void {
  const { dtype } = A;
  if (!isDifferentiable(dtype)) {
    throw runtimeError(`${name}: Expected a floating point or complex tensor as input. Got ${dtype.scalar}`);
  }
  if (kernel !== null) checkKernel(A, kernel);
  if (!low && realType(dtype) !== float32 && realType(dtype) !== float64) {
    throw runtimeError(`${name}: Low precision dtypes not supported. Got ${dtype.scalar}`);
  }
}

/** Refuses what LAPACK has no routine for. */
export function checkKernel(A: Tensor, kernel: string): void {
  const type = realType(A.dtype);
  if (type !== float32 && type !== float64) throw runtimeError(`"${kernel}" not implemented for '${A.dtype.scalar}'`);
}

/** Raises for the first matrix that an algorithm gave up on. */
export function raiseFor(
  infos: readonly number[],
  batch: Shape,
  name: string,
  message: (info: number) => string,
): void {
  const b = infos.findIndex((info) => info !== 0);
  if (b < 0) return;
  const where = batch.length === 0 ? '' : `(Batch element ${b}): `;
  throw linAlgError(`${name}: ${where}${message(infos[b]!)}`);
}

/** Two tensors with the same batch, which is broadcast. */
export function broadcastBatches(a: Tensor, b: Tensor): [Tensor, Tensor] {
  const batch = broadcastShapes(batchOf(a), batchOf(b));
  return [expand(a, [...batch, ...a.shape.slice(-2)]), expand(b, [...batch, ...b.shape.slice(-2)])];
}

/** Swaps the last two dimensions. */
export const mT = (tensor: Tensor): Tensor => transpose(tensor, -2, -1);

/** Checks the shapes of A X = B or X A = B. */
export function checkSolve(A: Tensor, B: Tensor, left: boolean, name: string): void {
  if (left ? rowsOf(A) === rowsOf(B) : widthOf(A) === widthOf(B)) return;
  throw runtimeError(
    `${name}: Incompatible shapes of A and B for the equation ${left ? 'AX = B' : 'XA = B'} (${rowsOf(A)}x${widthOf(A)} and ${rowsOf(B)}x${widthOf(B)})`,
  );
}

/** A real tensor's elements, as numbers. */
export const elementsOf = (tensor: Tensor): number[] => Array.from(gather(tensor, tensor.shape), Number);
