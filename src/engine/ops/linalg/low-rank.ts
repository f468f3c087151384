/** Singular values of matrices that are nearly of low rank (Halko, Martinsson & Tropp, Finding structure with randomness, 2011). */
import { float16, float32, float64 } from '../../dtype.ts';
import { valueError } from '../../errors.ts';
import { declare, define } from '../../registry.ts';
import type { Tensor } from '../../tensor.ts';
import { sub } from '../arithmetic.ts';
import { conj } from '../complex.ts';
import { matmul } from '../linear.ts';
import { adjoint } from '../products.ts';
import { randn } from '../random.ts';
import { meanDim } from '../reduction.ts';
import { mT, rowsOf, widthOf } from './matrices.ts';
import { qr } from './qr.ts';
import { svdParts } from './svd.ts';

const svdLowrank = declare('svd_lowrank(Tensor A, int? q=6, int? niter=2, Tensor? M=None) -> Tensor[]');
const pcaLowrank = declare('pca_lowrank(Tensor A, int? q=None, bool center=True, int niter=2) -> Tensor[]');

/** (A − M) X, M not expanded. */
function times(A: Tensor, X: Tensor, M: Tensor | null): Tensor {
  return M === null ? matmul(A, X) : sub(matmul(A, X), matmul(M, X));
}

/** q orthonormal columns that span nearly what A does: algorithm 4.4. */
function basis(A: Tensor, q: number, iterations: number, M: Tensor | null): Tensor {
  const turned = adjoint(A);
  const turnedMean = M === null ? null : adjoint(M);
  const own = A.dtype === float16 || A.dtype === float32 || A.dtype === float64;
  const sketch = randn([widthOf(A), q], own ? A.dtype : float32);
  let Q = qr(times(A, sketch, M))[0]!;
  for (let i = 0; i < iterations; i++) {
    Q = qr(times(turned, Q, turnedMean))[0]!;
    Q = qr(times(A, Q, M))[0]!;
  }
  return Q;
}

/** Algorithm 5.1, on the side that has fewer dimensions. */
function lowRank(A: Tensor, q: number, iterations: number, M: Tensor | null): Tensor[] {
  const [rows, columns] = [rowsOf(A), widthOf(A)];
  const turnedMean = M === null ? null : mT(M);
  if (rows < columns || columns > q) {
    const Q = basis(mT(A), q, iterations, turnedMean);
    const [U, S, Vh] = svdParts(times(A, conj(Q), M), false);
    return [U, S, matmul(Q, adjoint(Vh))];
  }
  const Q = basis(A, q, iterations, M);
  const [U, S, Vh] = svdParts(mT(times(mT(A), conj(Q), turnedMean)), false);
  return [matmul(Q, U), S, adjoint(Vh)];
}

define(svdLowrank, {
  variants: { method: false },
  composite: true,
  kernel: (A, q, iterations, M) => lowRank(A, q ?? 6, iterations ?? 2, M),
});

define(pcaLowrank, {
  variants: { method: false },
  composite: true,
  kernel: (A, given, center, iterations) => {
    const most = Math.min(rowsOf(A), widthOf(A));
    const q = given ?? Math.min(6, most);
    if (q < 0 || q > most) {
      throw valueError(`q(=${q}) must be non-negative integer and not greater than min(m, n)=${most}`);
    }
    if (iterations < 0) throw valueError(`niter(=${iterations}) must be non-negative integer`);
    return lowRank(center ? sub(A, meanDim(A, [-2], true)) : A, q, iterations, null);
  },
});
