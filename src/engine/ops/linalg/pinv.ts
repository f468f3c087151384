/** Pseudo-inverses and ranks: which singular values count. */

import { quietly } from '../../context.ts';
import { int64, isComplex, realType } from '../../dtype.ts';
import { runtimeError } from '../../errors.ts';
import { declare, define } from '../../registry.ts';
import { emptyTensor, type Tensor } from '../../tensor.ts';
import { add, mul, neg, reciprocal, sub } from '../arithmetic.ts';
import { cast } from '../cast.ts';
import { maximum, where } from '../choice.ts';
import { gt } from '../comparison.ts';
import { amax } from '../extremum.ts';
import { matmul } from '../linear.ts';
import { unsqueeze } from '../movement.ts';
import { adjoint } from '../products.ts';
import { sumDim } from '../reduction.ts';
import { abs } from '../signs.ts';
import { requireNoGrad } from '../undifferentiable.ts';
import { eighParts } from './eigh.ts';
import { batchOf, rowsOf, widthOf } from './matrices.ts';
import { zerosOf } from './parts.ts';
import { singularValuesOf, svdParts } from './svd.ts';

const pinvTensors = declare(
  'linalg_pinv.atol_rtol_tensor(Tensor self, *, Tensor? atol=None, Tensor? rtol=None, bool hermitian=False) -> Tensor',
);
const pinvFloats = declare(
  'linalg_pinv.atol_rtol_float(Tensor self, *, float? atol=None, float? rtol=None, bool hermitian=False) -> Tensor',
);
const pinvRcond = declare('linalg_pinv(Tensor self, float rcond, bool hermitian=False) -> Tensor');
const pinvRcondTensor = declare('linalg_pinv.rcond_tensor(Tensor self, Tensor rcond, bool hermitian=False) -> Tensor');
const pinverse = declare('pinverse(Tensor self, float rcond=1e-15) -> Tensor');
const rankTensors = declare(
  'linalg_matrix_rank.atol_rtol_tensor(Tensor input, *, Tensor? atol=None, Tensor? rtol=None, bool hermitian=False) -> Tensor',
);
const rankFloats = declare(
  'linalg_matrix_rank.atol_rtol_float(Tensor self, *, float? atol=None, float? rtol=None, bool hermitian=False) -> Tensor',
);
const rankTol = declare('linalg_matrix_rank(Tensor self, float tol, bool hermitian=False) -> Tensor');
const rankTolTensor = declare(
  'linalg_matrix_rank.tol_tensor(Tensor input, Tensor tol, bool hermitian=False) -> Tensor',
);

const linalg = { namespace: 'linalg', method: false } as const;

/** A number as a tensor of the singular values' dtype. */
function tolerance(value: number, A: Tensor): Tensor {
  const out = emptyTensor([], realType(A.dtype));
  out.storage.data[0] = value;
  return out;
}

/** atol and rtol with PyTorch's defaults: max(m, n) · ε of the dtype where neither is given. */
function tolerances(A: Tensor, atol: Tensor | null, rtol: Tensor | null): [Tensor, Tensor] {
  const epsilon = realType(A.dtype).bytes === 4 ? 2 ** -23 : 2 ** -52;
  const usual = tolerance(epsilon * Math.max(rowsOf(A), widthOf(A)), A);
  const absolute = atol ?? tolerance(0, A);
  if (rtol !== null) return [absolute, rtol];
  return [absolute, atol === null ? usual : where(gt(atol, 0n), zerosOf(usual), usual)];
}

const asTensor = (value: number | null, A: Tensor): Tensor | null => (value === null ? null : tolerance(value, A));

/** What a singular value must exceed: the larger of atol and rtol times the largest. */
function thresholds(values: Tensor, atol: Tensor, rtol: Tensor): Tensor {
  const largest = amax(values, [-1], true);
  const real = (tensor: Tensor): Tensor => unsqueeze(cast(tensor, values.dtype), -1);
  return maximum(real(atol), mul(real(rtol), largest));
}

function refuse(A: Tensor): void {
  if (A.rank >= 2 && A.dtype.category >= 2) return;
  throw runtimeError(
    `linalg.pinv(${A.dtype.scalar}{[${A.shape.join(', ')}]}): expected a tensor with 2 or more dimensions of float, double, cfloat or cdouble types`,
  );
}

function pseudoInverse(A: Tensor, atol: Tensor | null, rtol: Tensor | null, hermitian: boolean): Tensor {
  refuse(A);
  for (const [name, given] of [
    ['atol', atol],
    ['rtol', rtol],
  ] as const) {
    if (given !== null && isComplex(given.dtype)) {
      throw runtimeError(`linalg.pinv: ${name} tensor of complex type is not supported.`);
    }
  }
  if (A.numel === 0) return emptyTensor([...batchOf(A), widthOf(A), rowsOf(A)], A.dtype);
  const [absolute, relative] = tolerances(A, atol, rtol);
  return quietly(() => {
    if (!hermitian) {
      const [u, s, vh] = svdParts(A, false);
      return scaledProduct(adjoint(vh), inverted(s, s, absolute, relative), adjoint(u));
    }
    const [values, vectors] = eighParts(A);
    return scaledProduct(vectors, inverted(values, abs(values), absolute, relative), adjoint(vectors));
  });
}

function inverted(values: Tensor, sizes: Tensor, atol: Tensor, rtol: Tensor): Tensor {
  return where(gt(sizes, thresholds(sizes, atol, rtol)), reciprocal(values), zerosOf(values));
}

const scaledProduct = (left: Tensor, diagonal: Tensor, right: Tensor): Tensor =>
  matmul(mul(left, unsqueeze(diagonal, -2)), right);

/** Golub & Pereyra, The differentiation of pseudo-inverses, 1973. */
export function pseudoInverseSlope(g: Tensor, P: Tensor, A: Tensor): Tensor {
  const [PH, gH] = [adjoint(P), adjoint(g)];
  const direct = neg(matmul(PH, matmul(g, PH)));
  const left = matmul(gH, matmul(P, PH));
  const right = matmul(matmul(PH, P), gH);
  const fromLeft = sub(left, matmul(A, matmul(P, left)));
  const fromRight = sub(right, matmul(matmul(right, P), A));
  return add(add(direct, fromLeft), fromRight);
}

define(pinvTensors, {
  variants: linalg,
  node: 'LinalgPinvBackward0',
  kernel: (self, atol, rtol, hermitian) => {
    requireNoGrad('linalg_pinv', { atol, rtol });
    return pseudoInverse(self, atol, rtol, hermitian);
  },
  gradients: {
    self: {
      formula: '∂L/∂self = −Pᴴ @ upstream @ Pᴴ + (I − A P) @ upstreamᴴ @ P Pᴴ + Pᴴ P @ upstreamᴴ @ (I − P A)',
      saves: ['self', 'result'],
      rule: (g, { self, result }) => pseudoInverseSlope(g, result, self),
    },
  },
});

define(pinvFloats, {
  variants: linalg,
  composite: true,
  kernel: (self, atol, rtol, hermitian) => pinvTensors(self, asTensor(atol, self), asTensor(rtol, self), hermitian),
});
define(pinvRcond, {
  variants: linalg,
  composite: true,
  kernel: (self, rcond, hermitian) => pinvTensors(self, tolerance(0, self), tolerance(rcond, self), hermitian),
});
define(pinvRcondTensor, {
  variants: linalg,
  composite: true,
  kernel: (self, rcond, hermitian) => pinvTensors(self, tolerance(0, self), rcond, hermitian),
});
define(pinverse, {
  composite: true,
  kernel: (self, rcond) => pinvTensors(self, tolerance(0, self), tolerance(rcond, self), false),
});

function rank(A: Tensor, atol: Tensor | null, rtol: Tensor | null, hermitian: boolean): Tensor {
  if (A.rank < 2) {
    throw runtimeError('torch.linalg.matrix_rank: The input tensor input must have at least 2 dimensions.');
  }
  if (A.dtype.category < 2) throw runtimeError("This function doesn't handle types other than float and double");
  if (A.numel === 0) return emptyTensor(batchOf(A), int64);
  const [absolute, relative] = tolerances(A, atol, rtol);
  return quietly(() => {
    const values = hermitian ? abs(eighParts(A)[0]) : singularValuesOf(A);
    return sumDim(gt(values, thresholds(values, absolute, relative)), [-1]);
  });
}

define(rankTensors, { variants: linalg, composite: true, kernel: rank });
define(rankFloats, {
  variants: linalg,
  composite: true,
  kernel: (self, atol, rtol, hermitian) => rank(self, asTensor(atol, self), asTensor(rtol, self), hermitian),
});
define(rankTol, {
  variants: linalg,
  composite: true,
  kernel: (self, tol, hermitian) => rank(self, tolerance(tol, self), tolerance(0, self), hermitian),
});
define(rankTolTensor, {
  variants: linalg,
  composite: true,
  kernel: (self, tol, hermitian) => rank(self, tol, tolerance(0, self), hermitian),
});

/** The pseudo-inverse with the usual tolerances. */
export const pinv = (A: Tensor): Tensor => pinvTensors(A, null, null, false);
