/** L D Lᵀ of symmetric matrices, and systems that are solved by it. */
import { int32 } from '../../dtype.ts';
import { runtimeError } from '../../errors.ts';
import { factorLdl, solveLdl } from '../../linear-algebra/ldl.ts';
import { declare, define } from '../../registry.ts';
import { broadcastShapes } from '../../shape.ts';
import type { Tensor } from '../../tensor.ts';
import { expand } from '../movement.ts';
import { pivotsOf } from './lu.ts';
import {
  batchOf,
  checkFloating,
  checkMatrix,
  checkSquare,
  matricesOf,
  numbersOf,
  rowsOf,
  tensorOf,
  vectorTensor,
  widthOf,
} from './matrices.ts';

const ldlFactorEx = declare(
  'linalg_ldl_factor_ex(Tensor self, *, bool hermitian=False, bool check_errors=False) -> (Tensor LD, Tensor pivots, Tensor info)',
);
const ldlFactor = declare('linalg_ldl_factor(Tensor self, *, bool hermitian=False) -> (Tensor LD, Tensor pivots)');
const ldlSolve = declare('linalg_ldl_solve(Tensor LD, Tensor pivots, Tensor B, *, bool hermitian=False) -> Tensor');

const linalg = { namespace: 'linalg', method: false } as const;

function factored(A: Tensor, hermitian: boolean): { LD: Tensor; pivots: Tensor; infos: number[] } {
  checkSquare(A, 'torch.linalg.ldl_factor_ex');
  checkFloating(A, 'torch.linalg.ldl_factor_ex', false, 'ldl_factor_kernel_cpu');
  const [found, infos]: [Int32Array[], number[]] = [[], []];
  const matrices = matricesOf(A, 'own');
  for (const matrix of matrices) {
    const { pivots, info } = factorLdl(matrix, hermitian && matrix.im !== null);
    found.push(pivots);
    infos.push(info);
  }
  const order = rowsOf(A);
  return {
    LD: tensorOf(matrices, batchOf(A), order, order, A.dtype),
    pivots: vectorTensor(found, batchOf(A), order, int32),
    infos,
  };
}

/** PyTorch counts on no such matrix: its message is that of a fault of its own. */
function raiseZero(infos: readonly number[], name: string): void {
  const info = infos.find((one) => one !== 0);
  if (info === undefined) return;
  throw runtimeError(
    `false INTERNAL ASSERT FAILED at "./aten/src/ATen/native/BatchLinearAlgebra.cpp":1491, please report a bug to PyTorch. ${name}: Unknown error code: ${info}.`,
  );
}

define(ldlFactorEx, {
  variants: linalg,
  kernel: (self, hermitian, checkErrors) => {
    const { LD, pivots, infos } = factored(self, hermitian);
    if (checkErrors) raiseZero(infos, 'torch.linalg.ldl_factor_ex');
    return [LD, pivots, numbersOf(infos, batchOf(self), int32)];
  },
});

define(ldlFactor, {
  variants: linalg,
  kernel: (self, hermitian) => {
    const { LD, pivots, infos } = factored(self, hermitian);
    raiseZero(infos, 'torch.linalg.ldl_factor');
    return [LD, pivots];
  },
});

define(ldlSolve, {
  variants: linalg,
  kernel: (LD, pivots, B, hermitian) => {
    checkSquare(LD, 'torch.linalg.ldl_solve', 'LD');
    checkFloating(LD, 'torch.linalg.ldl_solve');
    checkMatrix(B, 'torch.linalg.ldl_solve', 'B');
    const order = rowsOf(LD);
    if (rowsOf(B) !== order) {
      throw runtimeError(
        `Incompatible matrix sizes for torch.linalg.ldl_solve: each A matrix is ${order} by ${order} but each b matrix is ${rowsOf(B)} by ${widthOf(B)}`,
      );
    }
    const batch = broadcastShapes(batchOf(LD), batchOf(B));
    const factors = matricesOf(expand(LD, [...batch, order, order]), 'own');
    const swaps = pivotsOf(expand(pivots, [...batch, order]), 0);
    const xs = matricesOf(expand(B, [...batch, order, widthOf(B)]), 'own');
    xs.forEach((x, b) => {
      solveLdl(factors[b]!, swaps[b]!, x, hermitian && x.im !== null);
    });
    return tensorOf(xs, batch, order, widthOf(B), B.dtype);
  },
});
