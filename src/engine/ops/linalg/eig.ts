/** Eigenvalues and eigenvectors of any square matrix. */
import { complexType, isDifferentiable } from '../../dtype.ts';
import { runtimeError } from '../../errors.ts';
import { eigenOf } from '../../linear-algebra/eig.ts';
import type { Matrix } from '../../linear-algebra/matrix.ts';
import { declare, define } from '../../registry.ts';
import type { NumberData } from '../../strided.ts';
import { emptyTensor, type Tensor } from '../../tensor.ts';
import { add, div, mul, sub } from '../arithmetic.ts';
import { cast } from '../cast.ts';
import { conj } from '../complex.ts';
import { matmul } from '../linear.ts';
import { unsqueeze } from '../movement.ts';
import { adjoint } from '../products.ts';
import { solve } from './inverse.ts';
import { batchOf, checkSquare, elementsOf, matricesOf, raiseFor, rowsOf, tensorOf } from './matrices.ts';
import { diagonalMatrix, diagonalOf, identityLike, imagOf, realOf } from './parts.ts';

const eig = declare('linalg_eig(Tensor self) -> (Tensor eigenvalues, Tensor eigenvectors)');
const eigvals = declare('linalg_eigvals(Tensor self) -> Tensor');

const linalg = { namespace: 'linalg', method: false } as const;

function decomposed(A: Tensor, withVectors: boolean, name: string): [Tensor, Tensor] {
  checkSquare(A, name);
  if (!isDifferentiable(A.dtype)) throw runtimeError(`Unknown Complex ScalarType for ${A.dtype.scalar}`);
  const matrices = matricesOf(A);
  if (!matrices.every(finite)) throw runtimeError(`torch.${name}: input tensor should not contain infs or NaNs.`);
  const [size, dtype] = [rowsOf(A), complexType(A.dtype)];
  const found = matrices.map((matrix) => eigenOf(matrix, withVectors));
  const values = emptyTensor([...batchOf(A), size], dtype);
  const data = values.storage.data as NumberData;
  found.forEach((eigen, b) => {
    eigen.values.forEach(({ re, im }, i) => {
      data[2 * (b * size + i)] = re;
      data[2 * (b * size + i) + 1] = im;
    });
  });
  raiseFor(
    found.map(({ converged }) => (converged ? 0 : size)),
    batchOf(A),
    name,
    (info) =>
      `The algorithm failed to converge because the input matrix is ill-conditioned or has too many repeated eigenvalues (error code: ${info}).`,
  );
  if (!withVectors) return [values, emptyTensor([0], dtype)];
  const vectors = found.map((eigen) => eigen.vectors as Matrix);
  return [values, tensorOf(vectors, batchOf(A), size, size, dtype)];
}

const finite = ({ re, im }: Matrix): boolean => re.every(Number.isFinite) && (im?.every(Number.isFinite) ?? true);

define(eig, {
  variants: linalg,
  kernel: (self) => decomposed(self, true, 'linalg.eig'),
  gradients: {
    self: {
      formula: '∂L/∂self = V⁻ᴴ @ (diag(∂L/∂λ) + (Vᴴ @ ∂L/∂V − …) / conj(λⱼ − λᵢ)) @ Vᴴ',
      saves: ['results'],
      rule: () => null,
    },
  },
  joint: ([gL, gV], s) => [gL || gV ? slope(gL ?? null, gV ?? null, s.outputAt(0), s.outputAt(1)) : null],
});

/** Of eigenvectors of length 1, whose phase is free (Boeddeker et al., On the computation of complex-valued gradients, 2019). */
function slope(gL: Tensor | null, gV: Tensor | null, L: Tensor, V: Tensor): Tensor {
  const VH = adjoint(V);
  if (gV === null) return solve(VH, mul(unsqueeze(gL!, -1), VH));
  const turned = matmul(VH, gV);
  const along = diagonalOf(turned);
  checkPhases(along);
  const lengths = mul(matmul(VH, V), unsqueeze(cast(realOf(along), V.dtype), -2));
  const inner = div(sub(turned, lengths), gaps(L));
  const unit = identityLike(V, rowsOf(V));
  const outside = sub(inner, mul(inner, unit));
  return solve(VH, matmul(gL === null ? outside : add(outside, diagonalMatrix(gL)), VH));
}

/** conj(λⱼ − λᵢ), with ones on the diagonal. */
function gaps(L: Tensor): Tensor {
  const turned = conj(L);
  return add(sub(unsqueeze(turned, -2), unsqueeze(turned, -1)), identityLike(L, L.shape.at(-1)!));
}

function checkPhases(along: Tensor): void {
  if (elementsOf(imagOf(along)).every((value) => Math.abs(value) <= 1e-2)) return;
  throw runtimeError(
    'linalg_eig_backward: The eigenvectors in the complex case are specified up to multiplication by e^{i phi}. The specified loss function depends on this quantity, so it is ill-defined.',
  );
}

define(eigvals, {
  variants: linalg,
  composite: true,
  kernel: (self) => (self.requiresGrad ? eig(self)[0]! : decomposed(self, false, 'linalg.eigvals')[0]),
});
