/** Products of Householder's reflections, whose vectors lie below a diagonal. */
import { notImplemented, runtimeError } from '../../errors.ts';
import { applyOrthogonal, factorQr, orthogonalOf } from '../../linear-algebra/householder.ts';
import type { Matrix, Pair } from '../../linear-algebra/matrix.ts';
import { alias, declare, define } from '../../registry.ts';
import { sameShape } from '../../shape.ts';
import type { NumberData } from '../../strided.ts';
import { emptyTensor, type Tensor } from '../../tensor.ts';
import { add, mul, neg, sub } from '../arithmetic.ts';
import { conj } from '../complex.ts';
import { tril } from '../diagonal.ts';
import { cat } from '../joining.ts';
import { matmul } from '../linear.ts';
import { slice, squeezeDim, unsqueeze } from '../movement.ts';
import { adjoint } from '../products.ts';
import { batchOf, checkKernel, matricesOf, rowsOf, tensorOf, vectorsOf, widthOf } from './matrices.ts';

const householderProduct = declare('linalg_householder_product(Tensor input, Tensor tau) -> Tensor');
const geqrf = declare('geqrf(Tensor self) -> (Tensor a, Tensor tau)');
const ormqr = declare(
  'ormqr(Tensor self, Tensor input2, Tensor input3, bool left=True, bool transpose=False) -> Tensor',
);

const pairsOf = (tau: Matrix): Pair[] => Array.from(tau.re, (re, i) => ({ re, im: tau.im?.[i] ?? 0 }));

function check(input: Tensor, tau: Tensor): void {
  const name = 'torch.linalg.householder_product';
  if (input.rank < 2) throw runtimeError(`${name}: input must have at least 2 dimensions.`);
  if (rowsOf(input) < widthOf(input)) {
    throw runtimeError(`${name}: input.shape[-2] must be greater than or equal to input.shape[-1]`);
  }
  if (tau.rank !== input.rank - 1 && tau.rank > 0) checkRank(input, tau, name);
  if (widthOf(input) < (tau.shape.at(-1) ?? 0)) {
    throw runtimeError(`${name}: input.shape[-1] must be greater than or equal to tau.shape[-1]`);
  }
  checkRank(input, tau, name);
  if (!sameShape(batchOf(input), tau.shape.slice(0, -1))) {
    throw runtimeError(
      `${name}: Expected batch dimensions of tau to be equal to input.shape[:-2], but got [${tau.shape.slice(0, -1).join(', ')}]`,
    );
  }
  if (tau.dtype !== input.dtype) {
    throw runtimeError(`${name}: tau dtype ${tau.dtype.scalar} does not match input dtype ${input.dtype.scalar}`);
  }
}

function checkRank(input: Tensor, tau: Tensor, name: string): void {
  if (input.rank - tau.rank === 1) return;
  throw runtimeError(
    `${name}: Expected tau to have one dimension less than input, but got tau.ndim equal to ${tau.rank} and input.ndim is equal to ${input.rank}`,
  );
}

define(householderProduct, {
  variants: { namespace: 'linalg', method: false },
  kernel: (input, tau) => {
    check(input, tau);
    checkKernel(input, 'orgqr_cpu');
    const width = widthOf(input);
    const taus = vectorsOf(tau);
    const matrices = matricesOf(input).map((a, b) => orthogonalOf(a, taus[b] ? pairsOf(taus[b]!) : [], width));
    return tensorOf(matrices, batchOf(input), rowsOf(input), width, input.dtype);
  },
  gradients: {
    input: { formula: '∂L/∂input = by each reflection, column by column', saves: ['input', 'tau'], rule: () => null },
    tau: { formula: '∂L/∂τ = −vᴴ @ upstream @ (what is reflected)ᴴ @ v', saves: ['input', 'tau'], rule: () => null },
  },
  joint: ([g], { input, tau }) => (g && input.numel > 0 && tau.numel > 0 ? slopes(g, input, tau) : [null, null]),
});
alias(householderProduct, 'orgqr', { namespace: 'torch', method: true });

/** The vectors with their ones: below the diagonal as they are, on it 1, above it 0. */
function vectorsIn(input: Tensor): Tensor {
  return add(tril(input, -1), onesOnDiagonal(input));
}

function onesOnDiagonal(like: Tensor): Tensor {
  const [rows, columns] = [rowsOf(like), widthOf(like)];
  const out = emptyTensor([rows, columns], like.dtype);
  const data = out.storage.data as NumberData;
  for (let i = 0; i < Math.min(rows, columns); i++) data[i * (columns + 1) * like.dtype.lanes] = 1;
  return out;
}

/** Through Q = H₁ (H₂ (… E)): each H = I − τ v vᴴ turns what lies right of it, and passes Hᴴ @ gradient on. */
function slopes(g: Tensor, input: Tensor, tau: Tensor): [Tensor, Tensor] {
  const vectors = vectorsIn(input);
  const count = tau.shape.at(-1)!;
  const vector = (i: number): Tensor => slice(vectors, -1, i, i + 1);
  const factor = (i: number): Tensor => unsqueeze(slice(tau, -1, i, i + 1), -1);
  const inner: Tensor[] = [];
  let Q = onesOnDiagonal(input);
  for (let i = count - 1; i >= 0; i--) {
    inner[i] = Q;
    Q = sub(Q, mul(factor(i), matmul(vector(i), matmul(adjoint(vector(i)), Q))));
  }
  const [columns, factors]: [Tensor[], Tensor[]] = [[], []];
  let upstream = g;
  for (let i = 0; i < count; i++) {
    const [v, t, inside] = [vector(i), factor(i), inner[i]!];
    const alongG = matmul(adjoint(v), upstream);
    const alongQ = matmul(adjoint(inside), v);
    factors.push(squeezeDim(neg(matmul(alongG, alongQ)), -1));
    const first = mul(conj(t), matmul(upstream, alongQ));
    const second = mul(t, matmul(inside, matmul(adjoint(upstream), v)));
    columns.push(neg(add(first, second)));
    upstream = sub(upstream, mul(conj(t), matmul(v, alongG)));
  }
  const rest = widthOf(input) - count;
  if (rest > 0) columns.push(emptyTensor([...batchOf(input), rowsOf(input), rest], input.dtype));
  const byInput = columns.length === 0 ? emptyTensor(input.shape, input.dtype) : tril(cat(columns, -1), -1);
  return [byInput, factors.length === 0 ? emptyTensor(tau.shape, tau.dtype) : cat(factors, -1)];
}

define(geqrf, {
  kernel: (self) => {
    if (self.rank < 2) throw runtimeError('torch.geqrf: input must have at least 2 dimensions.');
    checkKernel(self, 'geqrf_cpu');
    const count = Math.min(rowsOf(self), widthOf(self));
    const matrices = matricesOf(self);
    const taus = emptyTensor([...batchOf(self), count], self.dtype);
    const data = taus.storage.data as NumberData;
    const { lanes } = self.dtype;
    matrices.forEach((a, b) => {
      factorQr(a).forEach(({ re, im }, k) => {
        data[(b * count + k) * lanes] = re;
        if (lanes === 2) data[2 * (b * count + k) + 1] = im;
      });
    });
    return [tensorOf(matrices, batchOf(self), rowsOf(self), widthOf(self), self.dtype), taus];
  },
  gradients: { self: { formula: 'not implemented, as in PyTorch', rule: () => null } },
  joint: () => {
    throw notImplemented("the derivative for 'geqrf' is not implemented.");
  },
});

define(ormqr, {
  kernel: (self, tau, other, left, transposed) => {
    checkProduct(self, tau, other, left);
    checkKernel(self, 'ormqr_cpu');
    const taus = vectorsOf(tau);
    const reflections = matricesOf(self);
    const results = matricesOf(other);
    results.forEach((c, b) => {
      applyOrthogonal(reflections[b]!, pairsOf(taus[b]!), c, left, transposed);
    });
    return tensorOf(results, batchOf(other), rowsOf(other), widthOf(other), other.dtype);
  },
});

function checkProduct(self: Tensor, tau: Tensor, other: Tensor, left: boolean): void {
  const name = 'torch.ormqr';
  if (self.rank < 2) throw runtimeError(`${name}: input must have at least 2 dimensions.`);
  if (other.rank < 2) throw runtimeError(`${name}: other must have at least 2 dimensions.`);
  const dim = left ? -2 : -1;
  const size = other.shape.at(dim)!;
  if (size < tau.shape.at(-1)!) {
    throw runtimeError(`${name}: other.shape[${dim}] must be greater than or equal to tau.shape[-1]`);
  }
  if (size !== rowsOf(self)) {
    throw runtimeError(`${name}: other.shape[${dim}] must be equal to input.shape[-2]`);
  }
  if (tau.shape.at(-1)! > widthOf(self)) {
    throw runtimeError(`${name}: tau.shape[-1] must be less than or equal to input.shape[-1]`);
  }
  if (self.rank - tau.rank !== 1) {
    throw runtimeError(
      `${name}: Expected tau to have one dimension less than input, but got tau.ndim equal to ${tau.rank} and input.ndim is equal to ${self.rank}`,
    );
  }
  if (self.rank !== other.rank) {
    throw runtimeError(
      `${name}: Expected other to have the same number of dimensions as input, but got other.ndim equal to ${other.rank} and input.ndim is equal to ${self.rank}`,
    );
  }
  const batch = batchOf(self);
  if (!sameShape(tau.shape.slice(0, -1), batch)) {
    throw runtimeError(
      `${name}: Expected batch dimensions of tau to be equal to input.shape[:-2], but got [${tau.shape.slice(0, -1).join(', ')}]`,
    );
  }
  if (!sameShape(batchOf(other), batch)) {
    throw runtimeError(
      `${name}: Expected batch dimensions of other to be equal to input.shape[:-2], but got [${batchOf(other).join(', ')}]`,
    );
  }
  if (tau.dtype !== self.dtype) {
    throw runtimeError(
      `${name}: Expected input and tau to have the same dtype, but input has dtype ${self.dtype.scalar} and tau has dtype ${tau.dtype.scalar}`,
    );
  }
  if (other.dtype !== self.dtype) {
    throw runtimeError(
      `${name}: Expected input and other to have the same dtype, but input has dtype ${self.dtype.scalar} and other has dtype ${other.dtype.scalar}`,
    );
  }
}
