/** Systems whose matrix is given by its LU. */
import { int32 } from '../../dtype.ts';
import { runtimeError } from '../../errors.ts';
import { permuteRows } from '../../linear-algebra/lu.ts';
import { solveTriangle } from '../../linear-algebra/triangular.ts';
import { declare, define } from '../../registry.ts';
import { broadcastShapes } from '../../shape.ts';
import type { Tensor } from '../../tensor.ts';
import { add, neg } from '../arithmetic.ts';
import { tril, triu } from '../diagonal.ts';
import { matmul } from '../linear.ts';
import { expand } from '../movement.ts';
import { adjoint } from '../products.ts';
import { luUnpack, pivotsOf } from './lu.ts';
import {
  batchOf,
  checkFloating,
  checkMatrix,
  checkSolve,
  checkSquare,
  matricesOf,
  rowsOf,
  tensorOf,
  widthOf,
} from './matrices.ts';
import { solveTriangular } from './triangular.ts';

const luSolve = declare(
  'linalg_lu_solve(Tensor LU, Tensor pivots, Tensor B, *, bool left=True, bool adjoint=False) -> Tensor',
);
const oldLuSolve = declare('lu_solve(Tensor self, Tensor LU_data, Tensor LU_pivots) -> Tensor');

const NAME = 'linalg.lu_solve';

function check(LU: Tensor, pivots: Tensor, B: Tensor, left: boolean): void {
  checkFloating(LU, NAME);
  if (pivots.dtype !== int32) throw runtimeError(`${NAME}: pivots should be a Tensor of scalar type torch.int32`);
  checkSquare(LU, NAME, 'LU');
  checkMatrix(B, NAME, 'B');
  checkSolve(LU, B, left, NAME);
  if (LU.dtype !== B.dtype) {
    throw runtimeError(
      `${NAME}: Expected LU and B to have the same dtype, but found LU of type ${LU.dtype.scalar} and B of type ${B.dtype.scalar} instead`,
    );
  }
  if (pivots.shape.at(-1) !== rowsOf(LU)) {
    throw runtimeError(`${NAME}: Number of pivots per batch should be same as the dimension of the matrix`);
  }
}

/** A X = B, or Aᴴ X = B, of batches that are broadcast. */
function solved(LU: Tensor, pivots: Tensor, B: Tensor, adjointed: boolean): Tensor {
  const batch = broadcastShapes(batchOf(LU), batchOf(B));
  const size = rowsOf(LU);
  const factors = matricesOf(expand(LU, [...batch, size, size]), 'own');
  const swaps = pivotsOf(expand(pivots, [...batch, size]));
  const xs = matricesOf(expand(B, [...batch, size, widthOf(B)]), 'own');
  xs.forEach((x, b) => {
    const [factor, steps] = [factors[b]!, swaps[b]!];
    if (adjointed) {
      solveTriangle(factor, x, { upper: true, unit: false, form: 'adjoint' });
      solveTriangle(factor, x, { upper: false, unit: true, form: 'adjoint' });
      permuteRows(x, steps, true);
    } else {
      permuteRows(x, steps, false);
      solveTriangle(factor, x, { upper: false, unit: true, form: 'plain' });
      solveTriangle(factor, x, { upper: true, unit: false, form: 'plain' });
    }
  });
  return tensorOf(xs, batch, size, widthOf(B), B.dtype);
}

define(luSolve, {
  variants: { namespace: 'linalg', method: false },
  kernel: (LU, pivots, B, left, adjointed) => {
    check(LU, pivots, B, left);
    if (left) return solved(LU, pivots, B, adjointed);
    return adjoint(solved(LU, pivots, adjoint(B), !adjointed));
  },
  gradients: {
    LU: {
      formula: '∂L/∂LU = tril(∂L/∂L) + triu(∂L/∂U), of B = P L U result',
      saves: ['LU', 'pivots', 'result'],
      rule: (g, { LU, pivots, result, left, adjoint: adjointed }) => {
        if (left) return factorSlope(g, LU, pivots, result, adjointed);
        return factorSlope(adjoint(g), LU, pivots, adjoint(result), !adjointed);
      },
    },
    B: {
      formula: '∂L/∂B = A⁻ᴴ @ upstream',
      saves: ['LU', 'pivots'],
      rule: (g, { LU, pivots, left, adjoint: adjointed }) => luSolve(LU, pivots, g, left, !adjointed),
    },
  },
});

/** By L and U, packed, of A X = B (or Aᴴ X = B), step by step through the two triangular systems. */
function factorSlope(g: Tensor, LU: Tensor, pivots: Tensor, X: Tensor, adjointed: boolean): Tensor {
  const [P, L, U] = luUnpack(LU, pivots) as [Tensor, Tensor, Tensor];
  if (adjointed) {
    const turned = matmul(adjoint(P), X);
    const byMiddle = solveTriangular(L, matmul(adjoint(P), g), false, true, true);
    const gL = neg(tril(matmul(turned, adjoint(byMiddle)), -1));
    const middle = matmul(adjoint(L), turned);
    const gB = solveTriangular(U, byMiddle, true);
    return add(gL, neg(triu(matmul(middle, adjoint(gB)))));
  }
  const byMiddle = solveTriangular(adjoint(U), g, false);
  const gU = neg(triu(matmul(byMiddle, adjoint(X))));
  const bySwapped = solveTriangular(adjoint(L), byMiddle, true, true, true);
  return add(gU, neg(tril(matmul(bySwapped, adjoint(matmul(U, X))), -1)));
}

define(oldLuSolve, {
  composite: true,
  kernel: (self, LU, pivots) => luSolve(LU, pivots, self),
});
