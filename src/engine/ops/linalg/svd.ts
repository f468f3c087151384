/** Singular values and vectors. */
import { isComplex, realType } from '../../dtype.ts';
import { runtimeError } from '../../errors.ts';
import { adjointMatrix, type Matrix } from '../../linear-algebra/matrix.ts';
import { singularValues } from '../../linear-algebra/svd.ts';
import { declare, define } from '../../registry.ts';
import { emptyTensor, type Tensor } from '../../tensor.ts';
import { add, div, mul, sub } from '../arithmetic.ts';
import { cast } from '../cast.ts';
import { matmul } from '../linear.ts';
import { slice, unsqueeze } from '../movement.ts';
import { adjoint } from '../products.ts';
import {
  batchOf,
  checkFloating,
  checkKernel,
  checkMatrix,
  elementsOf,
  matricesOf,
  raiseFor,
  rowsOf,
  tensorOf,
  vectorTensor,
  widthOf,
} from './matrices.ts';
import { diagonalMatrix, diagonalOf, identityLike, imagOf, minusAdjoint, realOf, timesI } from './parts.ts';

const svdWithAll = declare(
  '_linalg_svd(Tensor A, bool full_matrices=False, bool compute_uv=True, *, str? driver=None) -> (Tensor U, Tensor S, Tensor Vh)',
);
const svd = declare(
  'linalg_svd(Tensor A, bool full_matrices=True, *, str? driver=None) -> (Tensor U, Tensor S, Tensor Vh)',
);
export const svdvals = declare('linalg_svdvals(Tensor A, *, str? driver=None) -> Tensor');
const oldSvd = declare('svd(Tensor self, bool some=True, bool compute_uv=True) -> (Tensor U, Tensor S, Tensor V)');

/** U, S and Vᴴ, with square matrices or with as many singular vectors as values. */
export const svdParts = (A: Tensor, full: boolean): [Tensor, Tensor, Tensor] =>
  svdWithAll(A, full, true, null) as unknown as [Tensor, Tensor, Tensor];
/** The singular values, differentiable. */
export const singularValuesOf = (A: Tensor): Tensor => svdWithAll(A, false, needsVectors(A), null)[1]!;

const needsVectors = (A: Tensor): boolean => A.requiresGrad;

define(svdWithAll, {
  variants: { namespace: null, method: false },
  kernel: (A, full, vectors, driver) => {
    checkMatrix(A, 'linalg.svd');
    checkFloating(A, 'linalg.svd', true);
    checkKernel(A, 'linalg_svd_cpu');
    if (driver !== null) {
      throw runtimeError(
        'torch.linalg.svd: keyword argument `driver=` is only supported on CUDA inputs with cuSOLVER backend.',
      );
    }
    return decomposed(A, full, vectors);
  },
  gradients: {
    A: { formula: '∂L/∂A = U @ (… + diag(∂L/∂S)) @ Vᴴ', saves: ['A', 'results'], rule: () => null },
  },
  joint: ([gU, gS, gVh], s) => {
    if (!gU && !gS && !gVh) return [null];
    return [slope(gU ?? null, gS ?? null, gVh ?? null, [s.outputAt(0), s.outputAt(1), s.outputAt(2)])];
  },
});

function decomposed(A: Tensor, full: boolean, vectors: boolean): Tensor[] {
  const [rows, columns] = [rowsOf(A), widthOf(A)];
  const count = Math.min(rows, columns);
  const batch = batchOf(A);
  const [us, ss, vhs, infos]: [Matrix[], Float64Array[], Matrix[], number[]] = [[], [], [], []];
  for (const matrix of matricesOf(A)) {
    const finite = matrix.re.every(Number.isFinite) && (matrix.im?.every(Number.isFinite) ?? true);
    const { u, s, v, converged } = singularValues(matrix, full);
    infos.push(finite ? Number(!converged) : -1);
    us.push(u);
    ss.push(s);
    vhs.push(adjointMatrix(v));
  }
  raiseFor(infos, batch, 'linalg.svd', (info) =>
    info < 0
      ? 'The algorithm failed to converge because the input matrix contained non-finite values.'
      : `The algorithm failed to converge because the input matrix is ill-conditioned or has too many repeated singular values (error code: ${info}).`,
  );
  const S = vectorTensor(ss, batch, count, realType(A.dtype));
  if (!vectors) return [emptyTensor([0], A.dtype), S, emptyTensor([0], A.dtype)];
  if (us.length === 0) {
    return [emptyVectors(A, rows, full ? rows : count), S, emptyVectors(A, full ? columns : count, columns)];
  }
  return [
    tensorOf(us, batch, rows, full ? rows : count, A.dtype),
    S,
    tensorOf(vhs, batch, full ? columns : count, columns, A.dtype),
  ];
}

/** Singular vectors of matrices without elements: unit vectors. */
function emptyVectors(A: Tensor, rows: number, columns: number): Tensor {
  const out = emptyTensor([...batchOf(A), rows, columns], A.dtype);
  for (let i = 0; i < out.numel; i++) {
    if (Math.floor(i / columns) % rows === i % columns) out.storage.data[i * A.dtype.lanes] = 1;
  }
  return out;
}

type Maybe = Tensor | null;

/**
 * U ((skew(Uᴴ gU) / E) S + S (skew(Vᴴ gV) / E) + diag(gS)) Vᴴ, and what gU and gV have outside of the space of U and V (Townsend,
 * Differentiating the singular value decomposition, 2016). Only losses that do not depend on the vectors' phases have a derivative.
 */
function slope(
  gUFull: Maybe,
  gS: Maybe,
  gVhFull: Maybe,
  [UFull, S, VhFull]: readonly [Tensor, Tensor, Tensor],
): Tensor {
  const count = S.shape.at(-1)!;
  const complex = isComplex(UFull.dtype);
  const [U, gU] = [narrow(UFull, -1, count), gUFull && narrow(gUFull, -1, count)];
  const [Vh, gVh] = [narrow(VhFull, -2, count), gVhFull && narrow(gVhFull, -2, count)];
  const diagonal = gS === null ? null : diagonalMatrix(complex ? cast(gS, U.dtype) : gS);
  if (gU === null && gVh === null) return matmul(matmul(U, diagonal!), Vh);
  const left = gU && matmul(adjoint(U), gU);
  const right = gVh && matmul(Vh, adjoint(gVh));
  if (complex) checkPhases(left, right);
  const gaps = differences(S);
  const parts: Tensor[] = [];
  if (left) parts.push(mul(div(minusAdjoint(left), gaps), unsqueeze(S, -2)));
  if (right) parts.push(mul(unsqueeze(S, -1), div(minusAdjoint(right), gaps)));
  if (diagonal) parts.push(diagonal);
  if (complex && left) parts.push(diagonalMatrix(timesI(div(imagOf(diagonalOf(left)), S))));
  const inner = parts.reduce((sum, part) => add(sum, part));
  let whole = matmul(matmul(U, inner), Vh);
  if (left && rowsOf(U) > count) {
    const outside = sub(div(gU!, unsqueeze(S, -2)), matmul(U, div(left, unsqueeze(S, -2))));
    whole = add(whole, matmul(outside, Vh));
  }
  if (right && widthOf(Vh) > count) {
    const scaled = div(gVh!, unsqueeze(S, -1));
    whole = add(whole, matmul(U, sub(scaled, matmul(matmul(scaled, adjoint(Vh)), Vh))));
  }
  return whole;
}

const narrow = (tensor: Tensor, dim: number, count: number): Tensor =>
  tensor.shape.at(dim) === count ? tensor : slice(tensor, dim, 0, count);

/** sⱼ² − sᵢ², with ones on the diagonal. */
function differences(S: Tensor): Tensor {
  const squares = mul(S, S);
  return add(sub(unsqueeze(squares, -2), unsqueeze(squares, -1)), identityLike(S, S.shape.at(-1)!));
}

/** A loss of complex singular vectors must not change when a pair of them is turned. */
function checkPhases(left: Maybe, right: Maybe): void {
  const sum = left && right ? add(left, right) : (left ?? right)!;
  const turns = imagOf(diagonalOf(sum));
  const data = elementsOf(turns);
  const scale = Math.max(1, ...elementsOf(realOf(diagonalOf(sum))).map(Math.abs));
  if (data.every((value) => Math.abs(value) <= 1e-2 * scale)) return;
  throw runtimeError(
    'svd_backward: The singular vectors in the complex case are specified up to multiplication by e^{i phi}. The specified loss function depends on this phase term, making it ill-defined.',
  );
}

define(svd, {
  variants: { namespace: 'linalg', method: false },
  composite: true,
  kernel: (A, full, driver) => svdWithAll(A, full, true, driver),
});

define(svdvals, {
  variants: { namespace: 'linalg', method: false },
  composite: true,
  kernel: (A, driver) => svdWithAll(A, false, needsVectors(A), driver)[1]!,
});

define(oldSvd, {
  composite: true,
  kernel: (self, some, vectors) => {
    checkMatrix(self, 'linalg.svd');
    if (!vectors) {
      const zeros = (size: number): Tensor => emptyTensor([...batchOf(self), size, size], self.dtype);
      return [zeros(rowsOf(self)), singularValuesOf(self), zeros(widthOf(self))];
    }
    const [u, s, vh] = svdParts(self, !some);
    return [u, s, adjoint(vh)];
  },
});
