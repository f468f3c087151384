/** Norms of matrices, and how near a matrix is to a singular one. */
import { type DType, isDifferentiable, realType } from '../../dtype.ts';
import { runtimeError } from '../../errors.ts';
import { declare, define } from '../../registry.ts';
import { wrapDim } from '../../shape.ts';
import { emptyTensor, type Tensor } from '../../tensor.ts';
import { Complex, type Scalar } from '../../values.ts';
import { div, mul, reciprocal } from '../arithmetic.ts';
import { cast } from '../cast.ts';
import { maskedFill } from '../choice.ts';
import { gt } from '../comparison.ts';
import { amax, amin } from '../extremum.ts';
import { permute, slice, squeezeDim, unsqueeze } from '../movement.ts';
import { nanToNum } from '../neighbours.ts';
import { vectorNorm } from '../norm.ts';
import { sumDim } from '../reduction.ts';
import { invEx } from './inverse.ts';
import { batchOf, checkFloating, checkMatrix, checkSquare } from './matrices.ts';
import { singularValuesOf } from './svd.ts';

const matrixNorm = declare(
  'linalg_matrix_norm(Tensor self, Scalar ord, int[] dim=[-2,-1], bool keepdim=False, *, ScalarType? dtype=None) -> Tensor',
);
const matrixNormNamed = declare(
  "linalg_matrix_norm.str_ord(Tensor self, str ord='fro', int[] dim=[-2,-1], bool keepdim=False, *, ScalarType? dtype=None) -> Tensor",
);
const linalgNorm = declare(
  'linalg_norm(Tensor self, Scalar? ord=None, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor',
);
const linalgNormNamed = declare(
  'linalg_norm.ord_str(Tensor self, str ord, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor',
);
const cond = declare('linalg_cond(Tensor self, Scalar? p=None) -> Tensor');
const condNamed = declare('linalg_cond.p_str(Tensor self, str p) -> Tensor');

const linalg = { variants: { namespace: 'linalg', method: false }, composite: true } as const;

const textOf = (ord: Scalar | string): string => (ord instanceof Complex ? `(${ord.re},${ord.im})` : String(ord));

function checkDims(A: Tensor, dim: readonly number[], dtype: DType | null): [number, number] {
  const name = 'linalg.matrix_norm';
  checkMatrix(A, name);
  checkFloating(A, name, true);
  if (dim.length !== 2) throw runtimeError(`${name}: dim must be a 2-tuple. Got ${dim.join(' ')}`);
  const [a, b] = [wrapDim(dim[0]!, A.rank), wrapDim(dim[1]!, A.rank)];
  if (a === b) throw runtimeError(`${name}: dims must be different. Got (${dim[0]}, ${dim[1]})`);
  if (dtype !== null && !isDifferentiable(dtype)) {
    throw runtimeError(`${name}: dtype should be floating point or complex, but got ${dtype.scalar}`);
  }
  return [a, b];
}

/** The largest or smallest sum of a column or a row; the largest or smallest singular value. */
function ordered(self: Tensor, ord: Scalar, dim: readonly number[], keepdim: boolean, dtype: DType | null): Tensor {
  const size = Math.abs(Number(ord));
  const largest = Number(ord) > 0;
  const known = size === 1 || size === 2 || size === Number.POSITIVE_INFINITY;
  checkFloating(self, 'linalg.matrix_norm', true);
  checkMatrix(self, 'linalg.matrix_norm');
  if (!known) throw runtimeError(`linalg.matrix_norm: Order ${textOf(ord)} not supported.`);
  const [a, b] = checkDims(self, dim, dtype);
  const extreme = largest ? amax : amin;
  if (size === 2) return overValues(self, [a, b], keepdim, dtype, (values) => extreme(values, [-1], keepdim));
  const [over, across] = size === 1 ? [a, b] : [b, a];
  const at = over < across && !keepdim ? across - 1 : across;
  return extreme(vectorNorm(self, 1, [over], keepdim, dtype), [at], keepdim);
}

/** A norm that is made of the singular values of the matrices along two dimensions. */
function overValues(
  self: Tensor,
  [a, b]: readonly [number, number],
  keepdim: boolean,
  dtype: DType | null,
  reduce: (values: Tensor) => Tensor,
): Tensor {
  const rest = self.shape.map((_, i) => i).filter((i) => i !== a && i !== b);
  const order = [...rest, a, b];
  const values = singularValuesOf(permute(dtype === null ? self : cast(self, dtype), order));
  const reduced = reduce(values);
  if (!keepdim) return reduced;
  return permute(
    unsqueeze(reduced, -1),
    order.map((_, i) => order.indexOf(i)),
  );
}

function named(self: Tensor, ord: string, dim: readonly number[], keepdim: boolean, dtype: DType | null): Tensor {
  checkMatrix(self, 'linalg.matrix_norm');
  if (ord !== 'fro' && ord !== 'nuc') throw runtimeError(`linalg.matrix_norm: Order ${ord} not supported.`);
  const [a, b] = checkDims(self, dim, dtype);
  if (ord === 'fro') return vectorNorm(self, 2, [a, b], keepdim, dtype);
  return overValues(self, [a, b], keepdim, dtype, (values) => sumDim(values, [-1], keepdim));
}

define(matrixNorm, { ...linalg, kernel: ordered });
define(matrixNormNamed, { ...linalg, kernel: named });

define(linalgNorm, {
  ...linalg,
  kernel: (self, ord, dim, keepdim, dtype) => {
    if (dim !== null && dim.length !== 1 && dim.length !== 2) {
      throw runtimeError(`linalg.norm: If dim is specified, it must be of length 1 or 2. Got [${dim.join(', ')}]`);
    }
    if (dim === null && ord !== null && self.rank !== 1 && self.rank !== 2) throw badRank(self);
    const isMatrix = dim !== null ? dim.length === 2 : self.rank === 2;
    if (ord !== null && isMatrix) return matrixNorm(self, ord, dim ?? [0, 1], keepdim, dtype);
    return vectorNorm(self, ord ?? 2, dim, keepdim, dtype);
  },
});

const badRank = (self: Tensor): Error =>
  runtimeError(`linalg.norm: If dim is not specified but ord is, the input must be 1D or 2D. Got ${self.rank}D.`);

define(linalgNormNamed, {
  ...linalg,
  kernel: (self, ord, dim, keepdim, dtype) => {
    if (dim !== null && dim.length !== 1 && dim.length !== 2) {
      throw runtimeError(`linalg.norm: If dim is specified, it mut be of length 1 or 2. Got [${dim.join(', ')}]`);
    }
    if (dim === null && self.rank !== 1 && self.rank !== 2) throw badRank(self);
    return matrixNormNamed(self, ord, dim ?? [0, 1], keepdim, dtype);
  },
});

function checkCondition(self: Tensor): void {
  if (self.rank < 2) throw runtimeError('linalg.cond: The input tensor must have at least 2 dimensions.');
}

define(cond, {
  ...linalg,
  kernel: (self, p) => {
    checkCondition(self);
    if (p === null || Math.abs(Number(p)) === 2) return bySingularValues(self, p === null || Number(p) > 0);
    if (![1, Number.POSITIVE_INFINITY].includes(Math.abs(Number(p)))) {
      throw runtimeError(`linalg.cond got an invalid norm type: ${textOf(p)}`);
    }
    checkSquare(self, `linalg.cond(ord=${ordText(Number(p))})`);
    if (self.numel === 0) return emptyTensor(batchOf(self), realType(self.dtype));
    return byInverse(self, (matrix) => matrixNorm(matrix, p));
  },
});

const ordText = (p: number): string => (Number.isFinite(p) ? String(p) : p > 0 ? 'inf' : '-inf');

/** The largest singular value by the smallest, or the other way round. */
function bySingularValues(self: Tensor, largestFirst: boolean): Tensor {
  if (self.numel === 0) return emptyTensor(batchOf(self), realType(self.dtype));
  const values = singularValuesOf(self);
  const first = slice(values, -1, 0, 1);
  const last = slice(values, -1, -1);
  return squeezeDim(largestFirst ? div(first, last) : div(last, first), -1);
}

/** ‖A‖ ‖A⁻¹‖; of a singular matrix infinite. */
function byInverse(self: Tensor, norm: (matrix: Tensor) => Tensor): Tensor {
  const [inverse, info] = invEx(self) as [Tensor, Tensor];
  const singular = unsqueeze(unsqueeze(gt(info, 0n), -1), -1);
  const safe = maskedFill(inverse, singular, Number.POSITIVE_INFINITY);
  const { POSITIVE_INFINITY: infinity, NEGATIVE_INFINITY: minus } = Number;
  return nanToNum(mul(norm(self), norm(safe)), infinity, infinity, minus);
}

define(condNamed, {
  ...linalg,
  kernel: (self, p) => {
    checkCondition(self);
    if (p !== 'fro' && p !== 'nuc') throw runtimeError(`linalg.cond got an invalid norm type: ${p}`);
    checkSquare(self, `linalg.cond(ord=${p})`);
    if (self.numel === 0) return emptyTensor(batchOf(self), realType(self.dtype));
    if (p === 'fro') return byInverse(self, (matrix) => matrixNormNamed(matrix, 'fro'));
    const values = singularValuesOf(self);
    return mul(sumDim(values, [-1]), sumDim(reciprocal(values), [-1]));
  },
});
