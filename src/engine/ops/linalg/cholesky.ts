/** Cholesky's decomposition, and what is solved and inverted by it. */
import { int32 } from '../../dtype.ts';
import { runtimeError } from '../../errors.ts';
import { factorCholesky } from '../../linear-algebra/cholesky.ts';
import { adjointMatrix, identityMatrix, type Matrix } from '../../linear-algebra/matrix.ts';
import { solveTriangle } from '../../linear-algebra/triangular.ts';
import { declare, define } from '../../registry.ts';
import type { Tensor } from '../../tensor.ts';
import { add, mul, neg } from '../arithmetic.ts';
import { tril } from '../diagonal.ts';
import { matmul } from '../linear.ts';
import { adjoint } from '../products.ts';
import {
  batchOf,
  broadcastBatches,
  checkFloating,
  checkKernel,
  checkSquare,
  matricesOf,
  numbersOf,
  raiseFor,
  rowsOf,
  tensorOf,
  widthOf,
} from './matrices.ts';
import { plusAdjoint } from './parts.ts';
import { solveTriangular } from './triangular.ts';

const choleskyEx = declare(
  'linalg_cholesky_ex(Tensor self, *, bool upper=False, bool check_errors=False) -> (Tensor L, Tensor info)',
);
const linalgCholesky = declare('linalg_cholesky(Tensor self, *, bool upper=False) -> Tensor');
const cholesky = declare('cholesky(Tensor self, bool upper=False) -> Tensor');
const choleskySolve = declare('cholesky_solve(Tensor self, Tensor input2, bool upper=False) -> Tensor');
const choleskyInverse = declare('cholesky_inverse(Tensor self, bool upper=False) -> Tensor');

const linalg = { namespace: 'linalg', method: false } as const;
const message = (info: number): string =>
  `The factorization could not be completed because the input is not positive-definite (the leading minor of order ${info} is not positive-definite).`;

/** The triangles, and for each matrix the order of the first minor that is not positive. */
function factored(A: Tensor, upper: boolean): { factor: Tensor; infos: number[] } {
  const infos: number[] = [];
  const factors = matricesOf(A, 'own').map((given) => {
    const a = upper ? adjointMatrix(given) : given;
    infos.push(factorCholesky(a));
    return upper ? adjointMatrix(a) : a;
  });
  return { factor: tensorOf(factors, batchOf(A), rowsOf(A), rowsOf(A), A.dtype), infos };
}

/** L⁻ᴴ Φ L⁻¹ with Φ half of the lower triangle of Lᴴ ∂L/∂L, mirrored (Murray, Differentiation of the Cholesky decomposition, 2016). */
function slope(g: Tensor, factor: Tensor, upper: boolean): Tensor {
  const L = upper ? adjoint(factor) : factor;
  const phi = matmul(adjoint(L), upper ? adjoint(g) : g);
  const inner = mul(add(tril(phi), adjoint(tril(phi, -1))), 0.5);
  const right = solveTriangular(L, inner, false, false);
  return solveTriangular(adjoint(L), right, true, true);
}

const FORMULA = '∂L/∂self = L⁻ᴴ @ sym(Lᴴ @ upstream) @ L⁻¹';

define(choleskyEx, {
  variants: linalg,
  differentiable: [0],
  kernel: (self, upper, checkErrors) => {
    checkFloating(self, 'linalg.cholesky', false, 'cholesky_cpu');
    checkSquare(self, 'linalg.cholesky');
    const { factor, infos } = factored(self, upper);
    if (checkErrors) raiseFor(infos, batchOf(self), 'linalg.cholesky_ex', message);
    return [factor, numbersOf(infos, batchOf(self), int32)];
  },
  gradients: { self: { formula: FORMULA, saves: ['results'], rule: () => null } },
  joint: ([g], s) => [g ? slope(g, s.outputAt(0), s.upper) : null],
});

define(linalgCholesky, {
  variants: linalg,
  composite: true,
  kernel: (self, upper) => {
    const [factor, info] = choleskyEx(self, upper, false) as [Tensor, Tensor];
    raiseFor(Array.from(info.storage.data, Number), batchOf(self), 'linalg.cholesky', message);
    return factor;
  },
});

define(cholesky, {
  kernel: (self, upper) => {
    checkSquare(self, 'cholesky');
    checkKernel(self, 'cholesky_cpu');
    const { factor, infos } = factored(self, upper);
    raiseFor(infos, batchOf(self), 'cholesky', message);
    return factor;
  },
  gradients: {
    self: { formula: FORMULA, saves: ['result'], rule: (g, { result, upper }) => slope(g, result, upper) },
  },
});

/** Overwrites b with (L Lᴴ)⁻¹ b. */
function solveBoth(factor: Matrix, b: Matrix, upper: boolean): Matrix {
  const forms = upper ? (['adjoint', 'plain'] as const) : (['plain', 'adjoint'] as const);
  for (const form of forms) solveTriangle(factor, b, { upper, unit: false, form });
  return b;
}

define(choleskySolve, {
  kernel: (self, input2, upper) => {
    if (self.rank < 2)
      throw runtimeError(`b should have at least 2 dimensions, but has ${self.rank} dimensions instead`);
    if (input2.rank < 2) {
      throw runtimeError(`u should have at least 2 dimensions, but has ${input2.rank} dimensions instead`);
    }
    const [size, width] = [rowsOf(input2), widthOf(input2)];
    if (size !== width) {
      throw runtimeError(`A must be batches of square matrices, but they are ${size} by ${width} matrices`);
    }
    if (size !== rowsOf(self)) {
      throw runtimeError(
        `Incompatible matrix sizes for cholesky_solve: each A matrix is ${size} by ${size} but each b matrix is ${rowsOf(self)} by ${widthOf(self)}`,
      );
    }
    const [b, factor] = broadcastBatches(self, input2);
    const factors = matricesOf(factor, 'own');
    const solved = matricesOf(b, 'own').map((x, i) => solveBoth(factors[i]!, x, upper));
    return tensorOf(solved, batchOf(b), rowsOf(b), widthOf(b), self.dtype);
  },
  gradients: {
    self: {
      formula: '∂L/∂self = A⁻¹ @ upstream',
      saves: ['input2'],
      rule: (g, { input2, upper }) => choleskySolve(g, input2, upper),
    },
    input2: {
      formula: '∂L/∂input2 = −(∂L/∂self @ resultᴴ + its adjoint) @ input2',
      saves: ['input2', 'result'],
      rule: (g, { input2, result, upper }) => {
        const common = plusAdjoint(matmul(choleskySolve(g, input2, upper), adjoint(result)));
        return neg(upper ? matmul(input2, common) : matmul(common, input2));
      },
    },
  },
});

define(choleskyInverse, {
  kernel: (self, upper) => {
    checkSquare(self, 'cholesky_inverse');
    checkKernel(self, 'cholesky_inverse_out_cpu');
    const inverses = matricesOf(self).map((factor) =>
      solveBoth(factor, identityMatrix(factor.rows, factor.im !== null), upper),
    );
    return tensorOf(inverses, batchOf(self), rowsOf(self), rowsOf(self), self.dtype);
  },
  gradients: {
    self: {
      formula: '∂L/∂self = −result @ (upstream + its adjoint) @ result @ self',
      saves: ['self', 'result'],
      rule: (g, { self, result, upper }) => {
        const common = matmul(result, matmul(plusAdjoint(g), result));
        return neg(upper ? matmul(self, common) : matmul(common, self));
      },
    },
  },
});
