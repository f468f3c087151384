/** Small pieces of derivative formulas, in differentiable ops. */
import { isComplex } from '../../dtype.ts';
import type { NumberData } from '../../strided.ts';
import { emptyTensor, type Tensor } from '../../tensor.ts';
import { add, mul, sub } from '../arithmetic.ts';
import { complex, imag, real } from '../complex.ts';
import { diagonal, tril } from '../diagonal.ts';
import { unsqueeze } from '../movement.ts';
import { adjoint } from '../products.ts';

/** I of a size, in the dtype of another tensor. */
export function identityLike(like: Tensor, size: number): Tensor {
  const out = emptyTensor([size, size], like.dtype);
  const data = out.storage.data as NumberData;
  for (let i = 0; i < size; i++) data[i * (size + 1) * like.dtype.lanes] = 1;
  return out;
}

/** A tensor of zeros like another. */
export const zerosOf = (like: Tensor): Tensor => emptyTensor(like.shape, like.dtype);

/** Diagonal matrices of vectors. */
export const diagonalMatrix = (vector: Tensor): Tensor =>
  mul(unsqueeze(vector, -1), identityLike(vector, vector.shape.at(-1)!));

/** The vectors on the diagonals. */
export const diagonalOf = (matrix: Tensor): Tensor => diagonal(matrix, 0, -2, -1);

/** The lower triangle with half the diagonal. */
export const halfLower = (matrix: Tensor): Tensor => sub(tril(matrix), mul(diagonalMatrix(diagonalOf(matrix)), 0.5));

/** X + Xᴴ. */
export const plusAdjoint = (matrix: Tensor): Tensor => add(matrix, adjoint(matrix));

/** X − Xᴴ. */
export const minusAdjoint = (matrix: Tensor): Tensor => sub(matrix, adjoint(matrix));

/** The real part, of a complex tensor. */
export const realOf = (tensor: Tensor): Tensor => (isComplex(tensor.dtype) ? real(tensor) : tensor);

/** i times a real tensor, as complex numbers. */
export const timesI = (tensor: Tensor): Tensor => complex(zerosOf(tensor), tensor);

/** The imaginary part of a complex tensor. */
export const imagOf = (tensor: Tensor): Tensor => imag(tensor);
