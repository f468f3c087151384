/** Powers of square matrices, and systems of tensors that are unfolded to matrices. */
import { bfloat16, bool, float16, int64 } from '../../dtype.ts';
import { runtimeError } from '../../errors.ts';
import { alias, declare, define } from '../../registry.ts';
import { numel } from '../../shape.ts';
import { emptyTensor, type Tensor } from '../../tensor.ts';
import { clone } from '../cast.ts';
import { cumprod } from '../cumulative.ts';
import { cat } from '../joining.ts';
import { matmul } from '../linear.ts';
import { expand, permute, reshape, unsqueeze } from '../movement.ts';
import { onesLike } from '../raw.ts';
import { copy } from '../writing.ts';
import { inv, solve } from './inverse.ts';
import { checkSquare, rowsOf } from './matrices.ts';
import { identityLike } from './parts.ts';

const matrixPower = declare('linalg_matrix_power(Tensor self, int n) -> Tensor');
const tensorinv = declare('linalg_tensorinv(Tensor self, int ind=2) -> Tensor');
const tensorsolve = declare('linalg_tensorsolve(Tensor self, Tensor other, int[]? dims=None) -> Tensor');
const vander = declare('linalg_vander(Tensor x, *, int? N=None) -> Tensor');

const linalg = { variants: { namespace: 'linalg', method: false }, composite: true } as const;

define(matrixPower, {
  ...linalg,
  kernel: (self, n) => {
    checkSquare(self, 'linalg.matrix_power');
    if (n === 0) return copy(clone(self), expand(identityLike(self, rowsOf(self)), self.shape));
    if (n === 1) return clone(self);
    const base = n < 0 ? inv(self) : self;
    return n === -1 ? base : positivePower(base, Math.abs(n));
  },
});
alias(matrixPower, 'matrix_power', { namespace: 'torch', method: true });

/** By squaring: the bits of n say which squares are multiplied. */
function positivePower(base: Tensor, n: number): Tensor {
  if (n === 1) return base;
  if (n === 2) return matmul(base, base);
  if (n === 3) return matmul(matmul(base, base), base);
  let square: Tensor | null = null;
  let result: Tensor | null = null;
  for (let rest = n; rest > 0; rest = Math.floor(rest / 2)) {
    square = square === null ? base : matmul(square, square);
    if (rest % 2 === 1) result = result === null ? square : matmul(result, square);
  }
  return result!;
}

define(tensorinv, {
  ...linalg,
  kernel: (self, ind) => {
    if (ind <= 0) throw runtimeError(`Expected a strictly positive integer for 'ind', but got ${ind}`);
    const [left, right] = [self.shape.slice(0, ind), self.shape.slice(ind)];
    const [rows, columns] = [numel(left), numel(right)];
    if (rows !== columns) {
      throw runtimeError(
        `Expected self to satisfy the requirement prod(self.shape[ind:]) == prod(self.shape[:ind]), but got ${columns} != ${rows}`,
      );
    }
    return reshape(inv(reshape(self, [rows, columns])), [...right, ...left]);
  },
});

define(tensorsolve, {
  ...linalg,
  kernel: (self, other, dims) => {
    const moved = dims === null ? self : toEnd(self, dims);
    const unknown = moved.shape.slice(other.rank);
    const [rows, columns] = [numel(moved.shape.slice(0, other.rank)), numel(unknown)];
    if (rows !== columns) {
      throw runtimeError(
        `Expected self to satisfy the requirement prod(self.shape[other.ndim:]) == prod(self.shape[:other.ndim]), but got ${columns} != ${rows}`,
      );
    }
    return reshape(solve(reshape(moved, [rows, columns]), reshape(other, [-1])), unknown);
  },
});

/** The tensor with these dimensions last, in the order in which they are given. */
function toEnd(self: Tensor, dims: readonly number[]): Tensor {
  const last = dims.map((d) => (d < 0 ? d + self.rank : d));
  return permute(self, [...self.shape.map((_, i) => i).filter((i) => !last.includes(i)), ...last]);
}

define(vander, {
  ...linalg,
  kernel: (x, N) => {
    if (x.dtype === bool || x.dtype === float16 || x.dtype === bfloat16) throw refused(x);
    const count = N ?? x.shape.at(-1) ?? 1;
    if (count <= 1) throw runtimeError('N must be greater than 1.');
    const dtype = x.dtype.category < 2 ? int64 : x.dtype;
    const points = x.rank === 0 ? unsqueeze(x, 0) : x;
    const powers = cumprod(expand(unsqueeze(points, -1), [...points.shape, count - 1]), -1);
    return cat([onesLike(emptyTensor([...points.shape, 1], dtype)), powers], -1);
  },
});

const refused = ({ dtype }: Tensor): Error =>
  runtimeError(`linalg.vander supports floating point, complex, and integer tensors, but got ${dtype.scalar}`);
