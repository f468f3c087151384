/** The LU decomposition in its three forms, and what is solved by it. */
import { int32 } from '../../dtype.ts';
import { runtimeError } from '../../errors.ts';
import { factorLu, permuteRows } from '../../linear-algebra/lu.ts';
import { identityMatrix, type Matrix, zeroMatrix } from '../../linear-algebra/matrix.ts';
import { upperOf } from '../../linear-algebra/svd.ts';
import { declare, define } from '../../registry.ts';
import { gather } from '../../strided.ts';
import { emptyTensor, type Tensor } from '../../tensor.ts';
import { add, sub } from '../arithmetic.ts';
import { tril, triu } from '../diagonal.ts';
import { cat } from '../joining.ts';
import { matmul } from '../linear.ts';
import { slice } from '../movement.ts';
import { adjoint } from '../products.ts';
import { batchOf, checkKernel, matricesOf, numbersOf, rowsOf, tensorOf, vectorTensor, widthOf } from './matrices.ts';
import { zerosOf } from './parts.ts';
import { solveTriangular } from './triangular.ts';

export const luFactorEx = declare(
  'linalg_lu_factor_ex(Tensor A, *, bool pivot=True, bool check_errors=False) -> (Tensor LU, Tensor pivots, Tensor info)',
);
const luFactor = declare('linalg_lu_factor(Tensor A, *, bool pivot=True) -> (Tensor LU, Tensor pivots)');
const lu = declare('linalg_lu(Tensor A, *, bool pivot=True) -> (Tensor P, Tensor L, Tensor U)');
const luWithInfo = declare(
  '_lu_with_info(Tensor self, bool pivot=True, bool check_errors=True) -> (Tensor LU, Tensor pivots, Tensor info)',
);
export const luUnpack = declare(
  'lu_unpack(Tensor LU_data, Tensor LU_pivots, bool unpack_data=True, bool unpack_pivots=True) -> (Tensor P, Tensor L, Tensor U)',
);

const linalg = { namespace: 'linalg', method: false } as const;

function check(A: Tensor, pivot: boolean, name: string): void {
  if (A.rank < 2) {
    throw runtimeError(`${name}: Expected tensor with 2 or more dimensions. Got size: [${A.shape.join(', ')}] instead`);
  }
  if (!pivot) throw runtimeError('linalg.lu_factor: LU without pivoting is not implemented on the CPU');
}

interface Factors {
  readonly lus: Matrix[];
  /** From 0. */
  readonly pivots: Int32Array[];
  readonly infos: number[];
}

function factored(A: Tensor): Factors {
  const [pivots, infos]: [Int32Array[], number[]] = [[], []];
  const lus = matricesOf(A, 'own');
  for (const matrix of lus) {
    const found = factorLu(matrix, true);
    pivots.push(found.pivots);
    infos.push(found.info);
  }
  return { lus, pivots, infos };
}

define(luFactorEx, {
  variants: linalg,
  differentiable: [0],
  kernel: (A, pivot, checkErrors) => {
    check(A, pivot, 'torch.lu_factor');
    checkKernel(A, 'lu_cpu');
    const { lus, pivots, infos } = factored(A);
    if (checkErrors) raiseZero(infos, A, 'torch.linalg.lu_factor_ex');
    const counted = pivots.map((steps) => steps.map((step) => step + 1));
    return [
      tensorOf(lus, batchOf(A), rowsOf(A), widthOf(A), A.dtype),
      vectorTensor(counted, batchOf(A), Math.min(rowsOf(A), widthOf(A)), int32),
      numbersOf(infos, batchOf(A), int32),
    ];
  },
  gradients: {
    A: {
      formula: '∂L/∂A = P @ L⁻ᴴ @ (tril(Lᴴ @ ∂L/∂L) + triu(∂L/∂U @ Uᴴ)) @ U⁻ᴴ',
      saves: ['results'],
      rule: () => null,
    },
  },
  joint: ([g], s) => {
    if (!g) return [null];
    const [P, L, U] = luUnpack(s.outputAt(0), s.outputAt(1)) as [Tensor, Tensor, Tensor];
    const count = Math.min(rowsOf(g), widthOf(g));
    const gL = slice(tril(g, -1), -1, 0, count);
    const gU = slice(triu(g), -2, 0, count);
    return [slope(gL, gU, P, L, U)];
  },
});

function raiseZero(infos: readonly number[], A: Tensor, name: string): void {
  const b = infos.findIndex((info) => info !== 0);
  if (b < 0) return;
  const where = batchOf(A).length === 0 ? '' : `(Batch element ${b}): `;
  throw runtimeError(
    `${name}: ${where}U[${infos[b]},${infos[b]}] is zero and using it on lu_solve would result in a division by zero. If you still want to perform the factorization, consider calling linalg.lu(A, pivot) or linalg.lu_factor_ex(A, pivot)`,
  );
}

/** Of A = P L U: the leading square as the textbook has it, the rest follows from L or U (Giles 2008; PyTorch's notes on `linalg.lu`). */
function slope(gL: Tensor, gU: Tensor, P: Tensor, L: Tensor, U: Tensor): Tensor {
  const [rows, columns] = [rowsOf(L), widthOf(U)];
  const count = Math.min(rows, columns);
  const [L1, U1] = [slice(L, -2, 0, count), slice(U, -1, 0, count)];
  const [gL1, gU1] = [slice(gL, -2, 0, count), slice(gU, -1, 0, count)];
  let lower = matmul(adjoint(L1), gL1);
  let upper = matmul(gU1, adjoint(U1));
  if (columns > count) lower = sub(lower, matmul(slice(gU, -1, count), adjoint(slice(U, -1, count))));
  if (rows > count) upper = sub(upper, matmul(adjoint(slice(L, -2, count)), slice(gL, -2, count)));
  const inner = add(tril(lower, -1), triu(upper));
  const square = solveTriangular(adjoint(U1), inner, false, false);
  if (columns > count) {
    const whole = cat([square, slice(gU, -1, count)], -1);
    return matmul(P, solveTriangular(adjoint(L1), whole, true, true, true));
  }
  const top = solveTriangular(adjoint(L1), square, true, true, true);
  if (rows === count) return matmul(P, top);
  const rest = solveTriangular(adjoint(U1), slice(gL, -2, count), false, false);
  return matmul(P, cat([top, rest], -2));
}

define(luFactor, {
  variants: linalg,
  composite: true,
  kernel: (A, pivot) => {
    const [LU, pivots, info] = luFactorEx(A, pivot, false) as [Tensor, Tensor, Tensor];
    raiseZero(Array.from(info.storage.data, Number), A, 'torch.linalg.lu_factor');
    return [LU, pivots];
  },
});

define(luWithInfo, {
  variants: { method: false },
  composite: true,
  kernel: (self, pivot) => luFactorEx(self, pivot, false),
});

/** L with its unit diagonal. */
function lowerOf(a: Matrix, columns: number): Matrix {
  const out = zeroMatrix(a.rows, columns, a.im !== null);
  for (let j = 0; j < columns; j++) {
    out.re[j + j * a.rows] = 1;
    for (let i = j + 1; i < a.rows; i++) {
      out.re[i + j * a.rows] = a.re[i + j * a.rows]!;
      if (out.im !== null) out.im[i + j * a.rows] = a.im![i + j * a.rows]!;
    }
  }
  return out;
}

/** P of the row swaps: A = P L U. */
function permutation(size: number, pivots: ArrayLike<number>): Matrix {
  const out = identityMatrix(size, false);
  permuteRows(out, pivots, true);
  return out;
}

function unpacked(
  like: Tensor,
  lus: readonly Matrix[],
  pivots: readonly ArrayLike<number>[],
): [Tensor, Tensor, Tensor] {
  const [rows, columns] = [rowsOf(like), widthOf(like)];
  const count = Math.min(rows, columns);
  const batch = batchOf(like);
  const swaps = pivots.map((steps) => permutation(rows, steps));
  return [
    tensorOf(swaps, batch, rows, rows, like.dtype, 'rows'),
    tensorOf(
      lus.map((matrix) => lowerOf(matrix, count)),
      batch,
      rows,
      count,
      like.dtype,
      'rows',
    ),
    tensorOf(
      lus.map((matrix) => upperOf(matrix, count)),
      batch,
      count,
      columns,
      like.dtype,
      'rows',
    ),
  ];
}

define(lu, {
  variants: linalg,
  differentiable: [1, 2],
  kernel: (A, pivot) => {
    check(A, pivot, 'linalg.lu');
    checkKernel(A, 'lu_cpu');
    const { lus, pivots } = factored(A);
    return unpacked(A, lus, pivots);
  },
  gradients: {
    A: {
      formula: '∂L/∂A = P @ L⁻ᴴ @ (tril(Lᴴ @ ∂L/∂L) + triu(∂L/∂U @ Uᴴ)) @ U⁻ᴴ',
      saves: ['results'],
      rule: () => null,
    },
  },
  joint: ([, gL, gU], s) => {
    if (!gL && !gU) return [null];
    const [P, L, U] = [s.outputAt(0), s.outputAt(1), s.outputAt(2)];
    return [slope(gL ?? zerosOf(L), gU ?? zerosOf(U), P, L, U)];
  },
});

/** LAPACK's pivots of each matrix, from 0 (`base` 1) or as they are. */
export function pivotsOf(pivots: Tensor, base = 1): number[][] {
  const size = pivots.shape.at(-1)!;
  const data = Array.from(gather(pivots, pivots.shape) as ArrayLike<number | bigint>, (pivot) => Number(pivot) - base);
  const count = size === 0 ? 0 : data.length / size;
  return Array.from({ length: count }, (_, b) => data.slice(b * size, (b + 1) * size));
}

define(luUnpack, {
  variants: { method: false },
  differentiable: [1, 2],
  kernel: (LU, pivots, withData, withPivots) => {
    if (withPivots && (pivots.dtype !== int32 || !pivots.isContiguous)) {
      throw runtimeError('torch.lu_unpack: LU_pivots is expected to be a contiguous tensor of torch.int32 dtype.');
    }
    const swaps = withPivots ? pivotsOf(pivots) : [];
    if (swaps.flat().some((step) => step < 0 || step >= rowsOf(LU))) {
      throw runtimeError(
        'pivots passed to lu_unpack must be between 1 and LU.size(-2) inclusive.Did you properly pass the result of lu_factor?',
      );
    }
    const [P, L, U] = unpacked(LU, withData ? matricesOf(LU) : [], swaps);
    const empty = emptyTensor([0], LU.dtype);
    return [withPivots ? P : empty, withData ? L : empty, withData ? U : empty];
  },
  gradients: {
    LU_data: { formula: '∂L/∂LU = tril(∂L/∂L) + triu(∂L/∂U)', rule: () => null },
  },
  joint: ([, gL, gU], s) => {
    if (!gL && !gU) return [null];
    const [rows, columns] = s.shapeOf().slice(-2) as [number, number];
    const lower = gL ? padded(tril(gL, -1), -1, columns) : null;
    const upper = gU ? padded(triu(gU), -2, rows) : null;
    return [lower && upper ? add(lower, upper) : (lower ?? upper)];
  },
});

/** The tensor with zeros after it along a dimension. */
function padded(tensor: Tensor, dim: number, size: number): Tensor {
  const missing = size - tensor.shape.at(dim)!;
  if (missing === 0) return tensor;
  const shape = tensor.shape.with(dim, missing);
  return cat([tensor, emptyTensor(shape, tensor.dtype)], dim);
}
