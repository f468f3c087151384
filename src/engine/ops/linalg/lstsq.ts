/** Least squares: the shortest X for which A X is nearest to B. */
import { int64, isDifferentiable, realType } from '../../dtype.ts';
import { runtimeError } from '../../errors.ts';
import { addScaled, column, dotOf, lengthOf, type Matrix, zeroMatrix } from '../../linear-algebra/matrix.ts';
import { type Svd, singularValues } from '../../linear-algebra/svd.ts';
import { declare, define } from '../../registry.ts';
import { broadcastShapes, sameShape } from '../../shape.ts';
import { emptyTensor, type Tensor } from '../../tensor.ts';
import { matmul } from '../linear.ts';
import { expand, squeezeDim, unsqueeze } from '../movement.ts';
import { adjoint } from '../products.ts';
import { batchOf, matricesOf, numbersOf, rowsOf, tensorOf, vectorTensor, widthOf } from './matrices.ts';
import { pinv, pseudoInverseSlope } from './pinv.ts';

const lstsq = declare(
  'linalg_lstsq(Tensor self, Tensor b, float? rcond=None, *, str? driver=None) -> (Tensor solution, Tensor residuals, Tensor rank, Tensor singular_values)',
);
const NAME = 'torch.linalg.lstsq';

function check(A: Tensor, B: Tensor, driver: string | null): void {
  if (A.rank < 2) throw runtimeError(`${NAME}: input must have at least 2 dimensions.`);
  if (B.rank < 1) throw runtimeError(`${NAME}: other must have at least 1 dimension.`);
  if (A.dtype !== B.dtype) {
    throw runtimeError(
      `${NAME}: Expected input and other to have the same dtype, but got input's dtype ${A.dtype.scalar} and other's dtype ${B.dtype.scalar}`,
    );
  }
  const gap = A.rank - B.rank;
  if (gap < 0 || gap > 1) {
    throw runtimeError(
      `${NAME}: input.dim() must be greater or equal to other.dim() and (input.dim() - other.dim()) <= 1`,
    );
  }
  if (driver !== null && !['gels', 'gelsy', 'gelsd', 'gelss'].includes(driver)) {
    throw runtimeError(`${NAME}: parameter \`driver\` should be one of (gels, gelsy, gelsd, gelss)`);
  }
  if (!isDifferentiable(A.dtype)) throw runtimeError("This function doesn't handle types other than float and double");
}

/** Whether B is a batch of vectors. */
const isVector = (A: Tensor, B: Tensor): boolean =>
  B.rank === 1 || (A.rank - 1 === B.rank && sameShape(B.shape, A.shape.slice(0, -1)));

define(lstsq, {
  variants: { namespace: 'linalg', method: false },
  differentiable: [0],
  kernel: (self, b, rcond, given) => {
    check(self, b, given);
    const vector = isVector(self, b);
    const B = vector ? (unsqueeze.def!.kernel(b, -1) as Tensor) : b;
    if (rowsOf(self) !== B.shape.at(-2)) {
      throw runtimeError(
        vector
          ? `${NAME}: input.size(-2) should match other.size(-1)`
          : `${NAME}: input.size(-2) should match other.size(-2)`,
      );
    }
    const parts = solved(self, B, rcond, given ?? 'gelsy');
    return vector ? [squeezeDim.def!.kernel(parts[0]!, -1) as Tensor, ...parts.slice(1)] : parts;
  },
  gradients: {
    self: { formula: '∂L/∂self = through A⁺ of solution = A⁺ @ b', saves: ['self', 'b'], rule: () => null },
    b: { formula: '∂L/∂b = A⁺ᴴ @ upstream', saves: ['self', 'b'], rule: () => null },
  },
  joint: ([given], s) => {
    if (!given) return [null, null];
    const { self: A, b } = s;
    const vector = isVector(A, b);
    const [g, B] = vector ? [unsqueeze(given, -1), unsqueeze(b, -1)] : [given, b];
    const inverse = pinv(A);
    const byA = s.isNeeded(0) ? pseudoInverseSlope(matmul(g, adjoint(B)), inverse, A) : null;
    const byB = s.isNeeded(1) ? matmul(adjoint(inverse), g) : null;
    return [byA, byB !== null && vector ? squeezeDim(byB, -1) : byB];
  },
});

function solved(A: Tensor, B: Tensor, rcond: number | null, driver: string): Tensor[] {
  const batch = broadcastShapes(batchOf(A), batchOf(B));
  const [rows, columns, width] = [rowsOf(A), widthOf(A), widthOf(B)];
  const count = Math.min(rows, columns);
  const real = realType(A.dtype);
  const least = rcond ?? (real.bytes === 4 ? 2 ** -23 : 2 ** -52) * Math.max(rows, columns);
  const svds = matricesOf(A).map((a) => singularValues(a, false));
  const ranks = svds.map(({ s }) => s.filter((value) => value > least * (s[0] ?? 0)).length);
  const rightSides = matricesOf(expand(B, [...batch, rows, width]));
  const systems = expandIndex(batchOf(A), batch);
  const matrices = matricesOf(A);
  const solutions = rightSides.map((b, i) =>
    shortest(svds[systems[i]!]!, b, driver === 'gels' ? count : ranks[systems[i]!]!),
  );
  const full = driver === 'gels' || ranks.every((rank) => rank === columns);
  const wanted = driver !== 'gelsy' && rows > columns && full;
  const residuals = wanted
    ? vectorTensor(
        solutions.map((x, i) => squaredErrors(matrices[systems[i]!]!, x, rightSides[i]!)),
        batch,
        width,
        real,
      )
    : emptyTensor([0], real);
  const withValues = driver === 'gelsd' || driver === 'gelss';
  return [
    tensorOf(solutions, batch, columns, width, A.dtype),
    residuals,
    driver === 'gels' ? emptyTensor([0], int64) : numbersOf(ranks.map(BigInt) as never, batchOf(A), int64),
    withValues
      ? vectorTensor(
          svds.map(({ s }) => s),
          batchOf(A),
          count,
          real,
        )
      : emptyTensor([0], real),
  ];
}

/** Of each element of a batch: which element of the batch that it was broadcast from. */
function expandIndex(from: readonly number[], to: readonly number[]): number[] {
  const numbers = emptyTensor(from, int64);
  for (let i = 0; i < numbers.numel; i++) numbers.storage.data[i] = BigInt(i);
  const expanded = expand.def!.kernel(numbers, to, false) as Tensor;
  const out: number[] = [];
  for (let i = 0; i < expanded.numel; i++) {
    let [rest, at] = [i, 0];
    for (let d = to.length - 1; d >= 0; d--) {
      at += (rest % to[d]!) * expanded.strides[d]!;
      rest = Math.floor(rest / to[d]!);
    }
    out.push(at);
  }
  return out;
}

/** V diag(1/s) Uᴴ b over the first `rank` singular values. */
function shortest({ u, s, v }: Svd, b: Matrix, rank: number): Matrix {
  const x = zeroMatrix(v.rows, b.columns, b.im !== null);
  for (let j = 0; j < b.columns; j++) {
    for (let k = 0; k < rank; k++) {
      if (s[k] === 0) continue;
      const { re, im } = dotOf(u.rows, column(u, k), column(b, j));
      addScaled(v.rows, re / s[k]!, im / s[k]!, column(v, k), column(x, j));
    }
  }
  return x;
}

function squaredErrors(a: Matrix, x: Matrix, b: Matrix): number[] {
  const rest = { ...b, re: b.re.slice(), im: b.im?.slice() ?? null };
  return Array.from({ length: b.columns }, (_, j) => {
    for (let k = 0; k < a.columns; k++) {
      const p = k + j * x.rows;
      addScaled(a.rows, -x.re[p]!, -(x.im?.[p] ?? 0), column(a, k), column(rest, j));
    }
    return lengthOf(b.rows, column(rest, j)) ** 2;
  });
}
