/** Eigenvalues and eigenvectors of Hermitian matrices. */
import { isComplex, realType } from '../../dtype.ts';
import { runtimeError } from '../../errors.ts';
import { hermitianEigen } from '../../linear-algebra/eigh.ts';
import type { Matrix } from '../../linear-algebra/matrix.ts';
import { declare, define } from '../../registry.ts';
import { emptyTensor, type Tensor } from '../../tensor.ts';
import { add, div, mul, sub } from '../arithmetic.ts';
import { cast } from '../cast.ts';
import { matmul } from '../linear.ts';
import { unsqueeze } from '../movement.ts';
import { adjoint } from '../products.ts';
import {
  batchOf,
  checkKernel,
  checkSquare,
  elementsOf,
  matricesOf,
  raiseFor,
  rowsOf,
  tensorOf,
  vectorTensor,
} from './matrices.ts';
import { diagonalMatrix, diagonalOf, identityLike, imagOf, minusAdjoint } from './parts.ts';

const eighWithAll = declare(
  "_linalg_eigh(Tensor A, str UPLO='L', bool compute_v=True) -> (Tensor eigenvalues, Tensor eigenvectors)",
);
const eigh = declare("linalg_eigh(Tensor self, str UPLO='L') -> (Tensor eigenvalues, Tensor eigenvectors)");
export const eigvalsh = declare("linalg_eigvalsh(Tensor self, str UPLO='L') -> Tensor");
const symeig = declare(
  'symeig(Tensor self, bool eigenvectors=False, bool upper=True) -> (Tensor eigenvalues, Tensor eigenvectors)',
);

const linalg = { namespace: 'linalg', method: false } as const;
const FORMULA = '∂L/∂A = V @ (diag(∂L/∂eigenvalues) + skew(Vᴴ @ ∂L/∂V) / (λⱼ − λᵢ)) @ Vᴴ';

/** Eigenvalues and eigenvectors, differentiable. */
export const eighParts = (A: Tensor): [Tensor, Tensor] => eighWithAll(A, 'L', true) as unknown as [Tensor, Tensor];

function decomposed(A: Tensor, lower: boolean, name: string): [Tensor, Tensor] {
  const size = rowsOf(A);
  const [values, vectors, infos]: [Float64Array[], Matrix[], number[]] = [[], [], []];
  for (const matrix of matricesOf(A)) {
    const found = hermitianEigen(matrix, lower);
    values.push(found.values);
    vectors.push(found.vectors);
    infos.push(found.converged ? 0 : size - 1);
  }
  raiseFor(
    infos,
    batchOf(A),
    name,
    (info) =>
      `The algorithm failed to converge because the input matrix is ill-conditioned or has too many repeated eigenvalues (error code: ${info}).`,
  );
  return [
    vectorTensor(values, batchOf(A), size, realType(A.dtype)),
    tensorOf(vectors, batchOf(A), size, size, A.dtype),
  ];
}

define(eighWithAll, {
  variants: { namespace: null, method: false },
  kernel: (A, uplo, vectors) => {
    checkSquare(A, 'linalg.eigh');
    if (!['L', 'U', 'l', 'u'].includes(uplo)) {
      throw runtimeError(`Expected UPLO argument to be 'L' or 'U', but got ${uplo}`);
    }
    checkKernel(A, 'linalg_eigh_cpu');
    const [values, found] = decomposed(A, uplo.toUpperCase() === 'L', 'linalg.eigh');
    return [values, vectors ? found : emptyTensor([0], A.dtype)];
  },
  gradients: { A: { formula: FORMULA, saves: ['results'], rule: () => null } },
  joint: ([gL, gV], s) => [gL || gV ? slope(gL ?? null, gV ?? null, s.outputAt(0), s.outputAt(1)) : null],
});

function slope(gL: Tensor | null, gV: Tensor | null, L: Tensor, V: Tensor): Tensor {
  const diagonal = gL && diagonalMatrix(isComplex(V.dtype) ? cast(gL, V.dtype) : gL);
  if (gV === null) return matmul(V, matmul(diagonal!, adjoint(V)));
  const turned = matmul(adjoint(V), gV);
  if (isComplex(V.dtype)) checkPhases(turned);
  const inner = div(mul(minusAdjoint(turned), 0.5), gaps(L));
  return matmul(V, matmul(diagonal === null ? inner : add(inner, diagonal), adjoint(V)));
}

/** λⱼ − λᵢ, with ones on the diagonal, where what is divided is 0. */
const gaps = (L: Tensor): Tensor => add(sub(unsqueeze(L, -2), unsqueeze(L, -1)), identityLike(L, L.shape.at(-1)!));

function checkPhases(turned: Tensor): void {
  if (elementsOf(imagOf(diagonalOf(turned))).every((value) => Math.abs(value) <= 1e-2)) return;
  throw runtimeError(
    'linalg_eigh_backward: The eigenvectors in the complex case are specified up to multiplication by e^{i phi}. The specified loss function depends on this quantity, so it is ill-defined.',
  );
}

define(eigh, { variants: linalg, composite: true, kernel: (self, uplo) => eighWithAll(self, uplo, true) });
define(eigvalsh, {
  variants: linalg,
  composite: true,
  kernel: (self, uplo) => eighWithAll(self, uplo, self.requiresGrad)[0]!,
});

define(symeig, {
  kernel: (self, vectors, upper) => {
    checkSquare(self, 'linalg.symeig');
    checkKernel(self, 'symeig');
    const [values, found] = decomposed(self, !upper, 'symeig');
    return [values, vectors ? found : emptyTensor([0], self.dtype)];
  },
  gradients: { self: { formula: FORMULA, saves: ['results'], rule: () => null } },
  joint: ([gL, gV], s) => {
    if (!gL && !gV) return [null];
    if (!s.eigenvectors) {
      throw runtimeError(
        'linalg_eig_backward: torch.symeig(A, eigenvectors=False) is not differentiable. Use torch.linalg.eigvalsh(A) instead.',
      );
    }
    return [slope(gL ?? null, gV ?? null, s.outputAt(0), s.outputAt(1))];
  },
});
