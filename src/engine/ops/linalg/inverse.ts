/** Inverses and solutions of linear systems, by LU with partial pivoting. */
import { type DType, int32 } from '../../dtype.ts';
import { runtimeError } from '../../errors.ts';
import { factorLu, permuteRows } from '../../linear-algebra/lu.ts';
import { identityMatrix, type Matrix } from '../../linear-algebra/matrix.ts';
import { solveTriangle } from '../../linear-algebra/triangular.ts';
import { alias, declare, define } from '../../registry.ts';
import { sameShape } from '../../shape.ts';
import type { Tensor } from '../../tensor.ts';
import { neg } from '../arithmetic.ts';
import { conj } from '../complex.ts';
import { matmul } from '../linear.ts';
import { squeezeDim, unsqueeze } from '../movement.ts';
import { adjoint } from '../products.ts';
import {
  batchOf,
  broadcastBatches,
  checkFloating,
  checkMatrix,
  checkSolve,
  checkSquare,
  matricesOf,
  mT,
  numbersOf,
  raiseFor,
  rowsOf,
  tensorOf,
  vectorTensor,
  widthOf,
} from './matrices.ts';

export const invEx = declare('linalg_inv_ex(Tensor A, *, bool check_errors=False) -> (Tensor inverse, Tensor info)');
export const inv = declare('linalg_inv(Tensor A) -> Tensor');
const solveWithLu = declare(
  '_linalg_solve_ex(Tensor A, Tensor B, *, bool left=True, bool check_errors=False) -> (Tensor result, Tensor LU, Tensor pivots, Tensor info)',
);
const solveEx = declare(
  'linalg_solve_ex(Tensor A, Tensor B, *, bool left=True, bool check_errors=False) -> (Tensor result, Tensor info)',
);
export const solve = declare('linalg_solve(Tensor A, Tensor B, *, bool left=True) -> Tensor');

const linalg = { namespace: 'linalg', method: false } as const;
const SINGULAR = (info: number): string =>
  `The diagonal element ${info} is zero, the inversion could not be completed because the input matrix is singular.`;

define(invEx, {
  variants: linalg,
  differentiable: [0],
  kernel: (A, checkErrors) => inverted(A, checkErrors ? 'linalg.inv_ex' : null),
  gradients: {
    A: { formula: '∂L/∂A = −A⁻ᴴ @ upstream @ A⁻ᴴ', saves: ['results'], rule: () => null },
  },
  joint: ([g], s) => {
    if (!g) return [null];
    const right = matmul(g, adjoint(s.outputAt(0)));
    return [neg(matmul(adjoint(s.outputAt(0)), right))];
  },
});

/** The inverses, and for each the first diagonal element of U that is zero. `name`: whose error it is. */
function inverted(A: Tensor, name: string | null): Tensor[] {
  checkFloating(A, 'linalg.inv');
  checkSquare(A, 'linalg.inv');
  const size = rowsOf(A);
  const infos: number[] = [];
  const inverses = matricesOf(A, 'own').map((matrix) => {
    const unit = identityMatrix(size, matrix.im !== null);
    const x = matrix.re instanceof Float32Array ? single(unit) : unit;
    infos.push(solveSystem(matrix, x).info);
    return x;
  });
  if (name !== null) raiseFor(infos, batchOf(A), name, SINGULAR);
  return [tensorOf(inverses, batchOf(A), size, size, A.dtype), numbersOf(infos, batchOf(A), int32)];
}

const single = ({ rows, columns, re, im }: Matrix): Matrix => ({
  rows,
  columns,
  re: new Float32Array(re),
  im: im === null ? null : new Float32Array(im),
});

/** Overwrites b with x where a x = b, and a with its LU. */
function solveSystem(a: Matrix, b: Matrix): ReturnType<typeof factorLu> {
  const lu = factorLu(a, true);
  permuteRows(b, lu.pivots, false);
  solveTriangle(a, b, { upper: false, unit: true, form: 'plain' });
  solveTriangle(a, b, { upper: true, unit: false, form: 'plain' });
  return lu;
}

define(inv, {
  variants: linalg,
  composite: true,
  kernel: (A) => {
    checkFloating(A, 'linalg.inv');
    checkSquare(A, 'linalg.inv');
    const [inverse, info] = invEx(A) as [Tensor, Tensor];
    raiseFor(Array.from(info.storage.data, Number), batchOf(A), 'linalg.inv', SINGULAR);
    return inverse;
  },
});
alias(inv, 'inverse', { namespace: 'torch', method: true });

/** Whether B is a batch of vectors: one dimension, or A's shape without the last. */
export const isVector = (A: Tensor, B: Tensor): boolean =>
  B.rank === 1 || (B.rank === A.rank - 1 && sameShape(B.shape, A.shape.slice(0, -1)));

define(solveWithLu, {
  variants: { namespace: null, method: false },
  differentiable: [0],
  kernel: (A, B, left, checkErrors) => {
    checkFloating(A, 'linalg.solve', false, 'lu_cpu');
    checkSquare(A, 'linalg.solve');
    if (A.dtype !== B.dtype) {
      throw runtimeError(
        `linalg.solve: Expected A and B to have the same dtype, but found A of type ${A.dtype.scalar} and B of type ${B.dtype.scalar} instead`,
      );
    }
    const vector = isVector(A, B);
    const columns = vector ? (unsqueeze.def!.kernel(B, -1) as Tensor) : B;
    checkMatrix(columns, 'linalg.solve', 'B');
    checkSolve(A, columns, left, 'linalg.solve');
    const parts = solved(A, columns, left);
    if (checkErrors) raiseSingular(parts[3]!, 'torch.linalg.solve_ex');
    return vector ? [squeezeDim.def!.kernel(parts[0]!, -1) as Tensor, ...parts.slice(1)] : parts;
  },
  gradients: {
    A: { formula: '∂L/∂A = −∂L/∂B @ resultᴴ', saves: ['A', 'results'], rule: () => null },
    B: { formula: '∂L/∂B = A⁻ᴴ @ upstream', saves: ['A'], rule: () => null },
  },
  joint: ([g], s) => {
    if (!g) return [null, null];
    const { A, left } = s;
    const gB = solve(adjoint(A), g, left);
    if (!s.isNeeded(0)) return [null, gB];
    return [systemSlope(gB, s.outputAt(0), left, isVector(A, s.outputAt(0))), gB];
  },
});

/** By the matrix of a system, of the gradient by its right side and of its solution. */
function systemSlope(gB: Tensor, x: Tensor, left: boolean, vector: boolean): Tensor {
  if (vector) return neg(matmul(unsqueeze(gB, -1), unsqueeze(conj(x), -2)));
  return neg(left ? matmul(gB, adjoint(x)) : matmul(adjoint(x), gB));
}

function solved(A: Tensor, B: Tensor, left: boolean): Tensor[] {
  const [a, b] = broadcastBatches(left ? A : mT(A), left ? B : mT(B));
  const infos: number[] = [];
  const pivots: Int32Array[] = [];
  const lus = matricesOf(a, 'own');
  const xs = matricesOf(b, 'own');
  xs.forEach((x, i) => {
    const lu = solveSystem(lus[i]!, x);
    infos.push(lu.info);
    pivots.push(lu.pivots.map((pivot) => pivot + 1));
  });
  const batch = batchOf(a);
  const size = rowsOf(a);
  const x = tensorOf(xs, batch, size, widthOf(b), A.dtype);
  return [
    left ? x : mT(x),
    tensorOf(lus, batch, size, size, A.dtype),
    vectorTensor(pivots, batch, size, int32 as DType),
    numbersOf(infos, batchOf(A), int32),
  ];
}

function raiseSingular(info: Tensor, name: string): void {
  const message = (): string => 'The solver failed because the input matrix is singular.';
  raiseFor(Array.from(info.storage.data, Number), info.shape, name, message);
}

define(solveEx, {
  variants: linalg,
  composite: true,
  kernel: (A, B, left, checkErrors) => {
    const parts = solveWithLu(A, B, left, checkErrors);
    return [parts[0]!, parts[3]!];
  },
});

define(solve, {
  variants: linalg,
  composite: true,
  kernel: (A, B, left) => {
    const parts = solveWithLu(A, B, left, false);
    raiseSingular(parts[3]!, 'torch.linalg.solve');
    return parts[0]!;
  },
});
