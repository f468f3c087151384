/** Systems with a triangular matrix. */
import { runtimeError } from '../../errors.ts';
import { solveTriangle, type Triangle } from '../../linear-algebra/triangular.ts';
import { declare, define } from '../../registry.ts';
import type { Tensor } from '../../tensor.ts';
import { add, neg } from '../arithmetic.ts';
import { cast } from '../cast.ts';
import { conj } from '../complex.ts';
import { tril, triu } from '../diagonal.ts';
import { matmul } from '../linear.ts';
import { adjoint } from '../products.ts';
import {
  batchOf,
  broadcastBatches,
  checkKernel,
  checkMatrix,
  checkSolve,
  checkSquare,
  matricesOf,
  mT,
  rowsOf,
  tensorOf,
  widthOf,
} from './matrices.ts';

export const solveTriangular = declare(
  'linalg_solve_triangular(Tensor self, Tensor B, *, bool upper, bool left=True, bool unitriangular=False) -> Tensor',
);
const triangularSolve = declare(
  'triangular_solve(Tensor self, Tensor A, bool upper=True, bool transpose=False, bool unitriangular=False) -> (Tensor solution, Tensor cloned_coefficient)',
);

/** A X = B of batches that are broadcast, column after column. */
function solved(A: Tensor, B: Tensor, triangle: Triangle): Tensor {
  const [a, b] = broadcastBatches(A, B);
  const triangles = matricesOf(a, 'own');
  const xs = matricesOf(b, 'own');
  xs.forEach((x, i) => {
    solveTriangle(triangles[i]!, x, triangle);
  });
  return tensorOf(xs, batchOf(b), rowsOf(b), widthOf(b), B.dtype);
}

define(solveTriangular, {
  variants: { namespace: 'linalg', method: false },
  kernel: (self, given, upper, left, unit) => {
    checkSquare(self, 'linalg.solve_triangular');
    checkMatrix(given, 'linalg.solve_triangular', 'B');
    checkSolve(self, given, left, 'linalg.solve_triangular');
    checkKernel(self, 'triangular_solve_cpu');
    const B = given.dtype === self.dtype ? given : (cast(given, self.dtype) as Tensor);
    if (left) return solved(self, B, { upper, unit, form: 'plain' });
    return mT(solved(self, mT(B), { upper, unit, form: 'transposed' }));
  },
  gradients: {
    self: {
      formula: '∂L/∂self = the triangle of −∂L/∂B @ resultᴴ',
      saves: ['self', 'result'],
      rule: (g, { self, result, upper, left, unitriangular: unit }) => {
        const gB = solveTriangular(adjoint(self), g, !upper, left, unit);
        const whole = left ? matmul(gB, adjoint(result)) : matmul(adjoint(result), gB);
        return neg(upper ? triu(whole, unit ? 1 : 0) : tril(whole, unit ? -1 : 0));
      },
    },
    B: {
      formula: '∂L/∂B = self⁻ᴴ @ upstream',
      saves: ['self'],
      rule: (g, { self, upper, left, unitriangular }) => solveTriangular(adjoint(self), g, !upper, left, unitriangular),
    },
  },
});

define(triangularSolve, {
  differentiable: [0, 1],
  kernel: (self, A, upper, transposed, unit) => {
    if (self.rank < 2) {
      throw runtimeError(
        `torch.triangular_solve: Expected b to have at least 2 dimensions, but it has ${self.rank} dimensions instead`,
      );
    }
    if (A.rank < 2) {
      throw runtimeError(
        `torch.triangular_solve: Expected A to have at least 2 dimensions, but it has ${A.rank} dimensions instead`,
      );
    }
    if (rowsOf(A) !== widthOf(A)) {
      throw runtimeError(`A must be batches of square matrices, but they are ${rowsOf(A)} by ${widthOf(A)} matrices`);
    }
    if (rowsOf(A) !== rowsOf(self)) {
      throw runtimeError(
        `Incompatible matrix sizes for triangular_solve: each A matrix is ${rowsOf(A)} by ${rowsOf(A)} but each b matrix is ${rowsOf(self)} by ${widthOf(self)}`,
      );
    }
    const [a, b] = broadcastBatches(A, self);
    const kept = tensorOf(matricesOf(a, 'own'), batchOf(a), rowsOf(a), rowsOf(a), A.dtype);
    return [solved(a, b, { upper, unit, form: transposed ? 'transposed' : 'plain' }), kept];
  },
  gradients: {
    self: { formula: '∂L/∂self = A⁻ᴴ @ upstream', saves: ['A', 'results'], rule: () => null },
    A: { formula: '∂L/∂A = the triangle of −∂L/∂self @ solutionᴴ', saves: ['A', 'results'], rule: () => null },
  },
  joint: ([g, gA], s) => {
    const { A, upper, transpose: transposed, unitriangular: unit } = s;
    if (!g) return [null, gA ?? null];
    const gB = triangularSolve(g, conj(A), upper, !transposed, unit)[0]!;
    if (!s.isNeeded(1)) return [gB, null];
    const x = s.outputAt(0);
    const whole = neg(transposed ? matmul(conj(x), mT(gB)) : matmul(gB, adjoint(x)));
    const part = upper ? triu(whole, unit ? 1 : 0) : tril(whole, unit ? -1 : 0);
    return [gB, gA ? add(part, gA) : part];
  },
});
