/** Determinants: the product of U's diagonal, with the sign of the row swaps. */
import { context } from '../../context.ts';
import { int32, isComplex, realType } from '../../dtype.ts';
import { factorLu, permuteRows } from '../../linear-algebra/lu.ts';
import { identityMatrix, type Matrix, type Pair } from '../../linear-algebra/matrix.ts';
import { solveTriangle } from '../../linear-algebra/triangular.ts';
import { alias, declare, define } from '../../registry.ts';
import type { NumberData } from '../../strided.ts';
import { emptyTensor, type Tensor } from '../../tensor.ts';
import { add, mul } from '../arithmetic.ts';
import { where } from '../choice.ts';
import { eq } from '../comparison.ts';
import { complex, conj, imag } from '../complex.ts';
import { diagEmbed } from '../diagonal-matrices.ts';
import { log } from '../exponential.ts';
import { matmul } from '../linear.ts';
import { expand, transpose, unsqueeze } from '../movement.ts';
import { prodDim } from '../product.ts';
import { adjoint } from '../products.ts';
import { onesLike } from '../raw.ts';
import { solve } from './inverse.ts';
import {
  batchOf,
  checkFloating,
  checkSquare,
  matricesOf,
  numbersOf,
  rowsOf,
  tensorOf,
  vectorTensor,
} from './matrices.ts';
import { identityLike, zerosOf } from './parts.ts';
import { svdParts } from './svd.ts';

const detWithLu = declare('_linalg_det(Tensor A) -> (Tensor result, Tensor LU, Tensor pivots)');
export const det = declare('linalg_det(Tensor A) -> Tensor');
const slogdetWithLu = declare('_linalg_slogdet(Tensor A) -> (Tensor sign, Tensor logabsdet, Tensor LU, Tensor pivots)');
export const slogdet = declare('linalg_slogdet(Tensor A) -> (Tensor sign, Tensor logabsdet)');
const oldSlogdet = declare('slogdet(Tensor self) -> (Tensor sign, Tensor logabsdet)');
const logdet = declare('logdet(Tensor self) -> Tensor');

const internal = { variants: { namespace: null, method: false } } as const;

interface Factored {
  readonly lus: Matrix[];
  /** From 1, as LAPACK counts. */
  readonly pivots: Int32Array[];
  /** −1 where the rows were swapped an odd number of times. */
  readonly signs: number[];
}

function factored(A: Tensor): Factored {
  const lus = matricesOf(A, 'own');
  const pivots: Int32Array[] = [];
  const signs: number[] = [];
  for (const lu of batchSized(lus, A)) {
    const { pivots: found } = factorLu(lu, true);
    pivots.push(found.map((pivot) => pivot + 1));
    signs.push(found.reduce((sign, pivot, k) => (pivot === k ? sign : -sign), 1));
  }
  return { lus, pivots, signs };
}

/** One matrix per batch element also where the matrices have no elements. */
function batchSized(matrices: Matrix[], A: Tensor): Matrix[] {
  const count = batchOf(A).reduce((product, size) => product * size, 1);
  while (matrices.length < count) matrices.push(identityMatrix(0, isComplex(A.dtype)));
  return matrices;
}

/** What is kept for backward: LU as matrices and pivots. */
const keptOf = (A: Tensor, { lus, pivots }: Factored): [Tensor, Tensor] => [
  tensorOf(lus, batchOf(A), rowsOf(A), rowsOf(A), A.dtype),
  vectorTensor(pivots, batchOf(A), rowsOf(A), int32),
];

function scalars(values: readonly Pair[], A: Tensor): Tensor {
  const out = emptyTensor(batchOf(A), A.dtype);
  const data = out.storage.data as NumberData;
  const { lanes } = A.dtype;
  values.forEach(({ re, im }, b) => {
    data[b * lanes] = re;
    if (lanes === 2) data[2 * b + 1] = im;
  });
  return out;
}

/** The product of the diagonal; each step rounded as the dtype rounds. */
function diagonalProduct(lu: Matrix, sign: number): Pair {
  const round = lu.re instanceof Float32Array ? Math.fround : (x: number): number => x;
  let [re, im] = [sign, 0];
  for (let i = 0; i < lu.rows; i++) {
    const at = i * (lu.rows + 1);
    const [a, b] = [lu.re[at]!, lu.im?.[at] ?? 0];
    [re, im] = [round(re * a - im * b), lu.im === null ? 0 : round(re * b + im * a)];
  }
  return { re, im };
}

define(detWithLu, {
  ...internal,
  differentiable: [0],
  kernel: (A) => {
    checkFloating(A, 'linalg.det', false, 'lu_cpu');
    checkSquare(A, 'linalg.det');
    const found = factored(A);
    return [
      scalars(
        found.lus.map((lu, b) => diagonalProduct(lu, found.signs[b]!)),
        A,
      ),
      ...keptOf(A, found),
    ];
  },
  gradients: {
    A: { formula: '∂L/∂A = upstream · conj(result) · A⁻ᴴ', saves: ['A', 'results'], rule: () => null },
  },
  joint: ([g], s) => {
    const { A } = s;
    if (!g || A.numel === 0) return [null];
    const determinant = s.outputAt(0);
    if (!context.gradEnabled) return [perturbed(mul(g, conj(determinant)), s.outputAt(1), s.outputAt(2))];
    const singular = Array.from(determinant.storage.data, Number).includes(0);
    if (singular && !isRegular(determinant)) return [mul(matrixOf(g), adjugateSlope(A))];
    return [solveDiagonal(A, mul(g, conj(determinant)))];
  },
});

/** A⁻ᴴ times a number for each matrix, which is written on a diagonal. */
function solveDiagonal(A: Tensor, numbers: Tensor): Tensor {
  const line = expand(unsqueeze(numbers, -1), [...numbers.shape, rowsOf(A)]);
  const right = transpose(diagEmbed(line), -2, -1);
  return solve(adjoint(A), right);
}

const matrixOf = (numbers: Tensor): Tensor => unsqueeze(unsqueeze(numbers, -1), -1);

/** Whether no determinant is 0. */
function isRegular({ storage, dtype }: Tensor): boolean {
  const data = storage.data as NumberData;
  for (let i = 0; i < data.length; i += dtype.lanes) {
    if (data[i] === 0 && (dtype.lanes === 1 || data[i + 1] === 0)) return false;
  }
  return true;
}

/** scale · A⁻ᴴ by the LU of A, whose zeros on the diagonal count as the smallest number that makes a difference, as in PyTorch. */
function perturbed(scale: Tensor, LU: Tensor, pivots: Tensor): Tensor {
  const size = rowsOf(LU);
  const epsilon = realType(LU.dtype).bytes === 4 ? 2 ** -23 : 2 ** -52;
  const swaps = pivots.storage.data as Int32Array;
  const inverses = matricesOf(LU, 'own').map((lu, b) => {
    for (let i = 0; i < size; i++) {
      const at = i * (size + 1);
      if (lu.re[at] === 0 && (lu.im?.[at] ?? 0) === 0) lu.re[at] = epsilon;
    }
    const x = identityMatrix(size, lu.im !== null);
    const s = { re: 0, im: 0 };
    readPair(scale, b, s);
    for (let i = 0; i < size; i++) {
      x.re[i * (size + 1)] = s.re;
      if (x.im !== null) x.im[i * (size + 1)] = s.im;
    }
    solveTriangle(lu, x, { upper: true, unit: false, form: 'adjoint' });
    solveTriangle(lu, x, { upper: false, unit: true, form: 'adjoint' });
    permuteRows(
      x,
      Array.from(swaps.subarray(b * size, (b + 1) * size), (pivot) => pivot - 1),
      true,
    );
    return x;
  });
  return tensorOf(inverses, batchOf(LU), size, size, LU.dtype);
}

function readPair(from: Tensor, b: number, to: Pair): void {
  const data = from.storage.data as NumberData;
  const { lanes } = from.dtype;
  to.re = data[b * lanes]!;
  to.im = lanes === 2 ? data[b * lanes + 1]! : 0;
}

/** adj(A)ᴴ by the singular values: defined for singular matrices too (Higham, What is the adjugate of a matrix?, 2020). */
function adjugateSlope(A: Tensor): Tensor {
  const [u, s, vh] = svdParts(A, false);
  const size = rowsOf(A);
  const unit = identityLike(s, size);
  const others = prodDim(where(eq(unit, 1n), onesLike(unit), unsqueeze(s, -2)), -1);
  const phase = conj(mul(det(u), det(vh)));
  return mul(matrixOf(phase), matmul(mul(u, unsqueeze(others, -2)), vh));
}

define(det, {
  variants: { namespace: 'linalg', method: false },
  composite: true,
  kernel: (A) => detWithLu(A)[0]!,
});
alias(det, 'det', { namespace: 'torch', method: true });

/** The sign (of a complex one the phase) and the logarithm of the size of a determinant. */
function signAndLog(lu: Matrix, swaps: number): { sign: Pair; log: number } {
  let [re, im] = [swaps, 0];
  let total = 0;
  for (let i = 0; i < lu.rows; i++) {
    const at = i * (lu.rows + 1);
    const [a, b] = [lu.re[at]!, lu.im?.[at] ?? 0];
    const size = Math.hypot(a, b);
    total += Math.log(size);
    const [p, q] = size === 0 ? [0, 0] : [a / size, b / size];
    [re, im] = [re * p - im * q, re * q + im * p];
  }
  return { sign: { re, im: lu.im === null ? 0 : im }, log: total };
}

define(slogdetWithLu, {
  ...internal,
  differentiable: [0, 1],
  kernel: (A) => {
    checkFloating(A, 'linalg.slogdet');
    checkSquare(A, 'linalg.slogdet');
    const found = factored(A);
    const parts = found.lus.map((lu, b) => signAndLog(lu, found.signs[b]!));
    const logs = numbersOf(
      parts.map((part) => part.log),
      batchOf(A),
      realType(A.dtype),
    );
    return [
      scalars(
        parts.map((part) => part.sign),
        A,
      ),
      logs,
      ...keptOf(A, found),
    ];
  },
  gradients: {
    A: { formula: '∂L/∂A = (upstream by logabsdet) · A⁻ᴴ', saves: ['A', 'results'], rule: () => null },
  },
  joint: ([gSign, gLog], s) => {
    const { A } = s;
    if (!isComplex(A.dtype)) {
      if (!gLog) return [gSign ? zerosOf(A) : null];
      return [solveDiagonal(A, gLog)];
    }
    if (!gSign && !gLog) return [null];
    const turn = gSign ? imag(mul(conj(gSign), s.outputAt(0))) : null;
    const whole = gLog ?? zerosOf(turn!);
    const scale = complex(whole, turn === null ? zerosOf(whole) : mul(turn, -1n));
    return [solve(adjoint(A), mul(matrixOf(scale), identityLike(A, rowsOf(A))))];
  },
});

define(slogdet, {
  variants: { namespace: 'linalg', method: false },
  composite: true,
  kernel: (A) => slogdetWithLu(A).slice(0, 2),
});
define(oldSlogdet, { composite: true, kernel: (self) => slogdet(self) });

define(logdet, {
  composite: true,
  kernel: (self) => {
    checkFloating(self, 'logdet');
    checkSquare(self, 'logdet');
    const [sign, size] = slogdet(self) as [Tensor, Tensor];
    if (isComplex(self.dtype)) return add(log(sign), size);
    return where(eq(sign, -1n), Number.NaN, size);
  },
});
