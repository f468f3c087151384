/** A product and a sum in one op: beta · self + alpha · product. */
import { quietly } from '../context.ts';
import { type DType, isIntegral } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { resultTypeOf } from '../promote.ts';
import { declare, define, type Gradient } from '../registry.ts';
import type { Shape } from '../shape.ts';
import { convertScalars } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import { Complex, type Scalar } from '../values.ts';
import { add, mul } from './arithmetic.ts';
import { cast } from './cast.ts';
import { conj } from './complex.ts';
import { contiguous } from './conversion.ts';
import { expand, t, unsqueeze } from './movement.ts';
import {
  adjoint,
  bmm,
  checkBatches,
  leftSlope,
  multiplied,
  mv,
  outerOf,
  product,
  refuseBoolAndHalf,
  rightSlope,
} from './products.ts';
import { sumDim } from './reduction.ts';

export const addmm = declare(
  'addmm(Tensor self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1) -> Tensor',
);
const addmv = declare('addmv(Tensor self, Tensor mat, Tensor vec, *, Scalar beta=1, Scalar alpha=1) -> Tensor');
const addr = declare('addr(Tensor self, Tensor vec1, Tensor vec2, *, Scalar beta=1, Scalar alpha=1) -> Tensor');
const addbmm = declare('addbmm(Tensor self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1) -> Tensor');
export const baddbmm = declare(
  'baddbmm(Tensor self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1) -> Tensor',
);

const isOne = (factor: Scalar): boolean => !(factor instanceof Complex) && Number(factor) === 1;
const isZero = (factor: Scalar): boolean => !(factor instanceof Complex) && Number(factor) === 0;

/** The factor as a tensor of the dtype: what PyTorch's kernels cast it to. */
function scalarLike(value: Scalar, dtype: DType): Tensor {
  const tensor = emptyTensor([], dtype);
  convertScalars([value], tensor.storage.data, dtype);
  return tensor;
}

const scaled = (tensor: Tensor, factor: Scalar): Tensor =>
  isOne(factor) ? tensor : mul(tensor, scalarLike(factor, tensor.dtype));

/** beta · self + alpha · result, in row-major order; with beta 0 self is not read, whatever it holds. */
function fused(self: Tensor, result: Tensor, beta: Scalar, alpha: Scalar): Tensor {
  return quietly(() => {
    const bias = expand(self, result.shape);
    const right = scaled(result, alpha);
    return isZero(beta) ? right : contiguous(add(scaled(bias, beta), right));
  });
}

/** The gradient by a factor that is a Python number. */
const times = (tensor: Tensor, factor: Scalar): Tensor => {
  if (isOne(factor)) return tensor;
  return mul(tensor, factor instanceof Complex ? new Complex(factor.re, -factor.im) : factor);
};

const bySelf = {
  formula: '∂L/∂self = upstream · conj(beta)',
  rule: (g: Tensor, { beta }: { beta: Scalar }) => times(g, beta),
} satisfies Gradient<typeof addmm.schema>;

const fits = (self: Tensor, shape: Shape): void => void expand.def!.kernel(self, shape, false);

define(addmm, {
  variants: { inplace: true },
  kernel: (self, mat1, mat2, beta, alpha) => {
    if (mat1.rank !== 2) throw runtimeError(`mat1 must be a matrix, got ${mat1.rank}-D tensor`);
    if (mat2.rank !== 2) throw runtimeError(`mat2 must be a matrix, got ${mat2.rank}-D tensor`);
    if (mat1.shape[1] === mat2.shape[0]) fits(self, [mat1.shape[0]!, mat2.shape[1]!]);
    if (mat1.shape[1] === mat2.shape[0]) {
      const other = self.dtype !== mat2.dtype ? 'self' : mat1.dtype !== mat2.dtype ? 'mat1' : null;
      if (other !== null) throw runtimeError(`${other} and mat2 must have the same dtype`);
    }
    return fused(self, multiplied(mat1, mat2), beta, alpha);
  },
  gradients: {
    self: bySelf,
    mat1: {
      formula: '∂L/∂mat1 = upstream @ mat2ᵀ · conj(alpha)',
      saves: ['mat2'],
      rule: (g, s) => times(leftSlope(g, s.mat2, s.metaOf(1)), s.alpha),
    },
    mat2: {
      formula: '∂L/∂mat2 = mat1ᵀ @ upstream · conj(alpha)',
      saves: ['mat1'],
      rule: (g, s) => times(rightSlope(g, s.mat1, s.metaOf(2)), s.alpha),
    },
  },
});

define(addmv, {
  variants: { inplace: true },
  kernel: (self, mat, vec, beta, alpha) => {
    if (mat.rank !== 2 || vec.rank !== 1 || self.rank > 1) {
      throw runtimeError(`vector + matrix @ vector expected, got ${self.rank}, ${mat.rank}, ${vec.rank}`);
    }
    const [m, k] = mat.shape as [number, number];
    const own = self.numel === 1 ? m : self.shape[0]!;
    if (k !== vec.shape[0] || own !== m) {
      throw runtimeError(`size mismatch, got ${self.rank === 0 ? m : self.shape[0]}, ${m}x${k},${vec.shape[0]}`);
    }
    return fused(self, mv.def!.kernel(mat, vec) as Tensor, beta, alpha);
  },
  gradients: {
    self: bySelf,
    mat: {
      formula: '∂L/∂mat = upstream ⊗ conj(vec) · conj(alpha)',
      saves: ['vec'],
      rule: (g, { vec, alpha }) => times(outerOf(g, conj(vec)), alpha),
    },
    vec: {
      formula: '∂L/∂vec = matᵀ @ upstream · conj(alpha)',
      saves: ['mat'],
      rule: (g, { mat, alpha }) => times(mv(conj(t(mat)), g), alpha),
    },
  },
});

/** Factors of integral tensors are whole. */
function checkFactor(dtype: DType, factor: Scalar, name: string): void {
  const whole = typeof factor === 'bigint' || typeof factor === 'boolean';
  if (!isIntegral(dtype, true) || whole) return;
  throw runtimeError(`For integral input tensors, argument ${name} must not be a floating point number.`);
}

/** The in-place form takes a matrix of the product's own size. */
function checkMatrix(self: Tensor, vec1: Tensor, vec2: Tensor): void {
  if (self.rank !== 2) throw runtimeError(`2D tensor expected, got ${self.rank}D tensor for input`);
  const [rows, columns] = [vec1.shape[0]!, vec2.shape[0]!];
  if (self.shape[0] === rows && self.shape[1] === columns) return;
  throw runtimeError(`size mismatch, input: [${self.shape.join(', ')}], v1: [${rows}], v2: [${columns}]`);
}

define(addr, {
  variants: { inplace: true },
  checkInplace: checkMatrix,
  kernel: (self, vec1, vec2, beta, alpha) => {
    if (vec1.rank !== 1) throw runtimeError(`addr: Expected 1-D argument vec1, but got ${vec1.rank}-D`);
    if (vec2.rank !== 1) throw runtimeError(`addr: Expected 1-D argument vec2, but got ${vec2.rank}-D`);
    fits(self, [vec1.shape[0]!, vec2.shape[0]!]);
    const dtype = resultTypeOf([self, vec1, vec2]);
    checkFactor(dtype, beta, 'beta');
    checkFactor(dtype, alpha, 'alpha');
    return quietly(() => fused(cast(self, dtype), outerOf(cast(vec1, dtype), cast(vec2, dtype)), beta, alpha));
  },
  gradients: {
    self: bySelf,
    vec1: {
      formula: '∂L/∂vec1 = upstream @ conj(vec2) · conj(alpha)',
      saves: ['vec2'],
      rule: (g, { vec2, alpha }) => times(mv(g, conj(vec2)), alpha),
    },
    vec2: {
      formula: '∂L/∂vec2 = upstreamᵀ @ conj(vec1) · conj(alpha)',
      saves: ['vec1'],
      rule: (g, { vec1, alpha }) => times(mv(t(g), conj(vec1)), alpha),
    },
  },
});

define(baddbmm, {
  variants: { inplace: true },
  kernel: (self, batch1, batch2, beta, alpha) => {
    const [b, m, k, n] = checkBatches(batch1, batch2, 'baddbmm');
    fits(self, [b, m, n]);
    return fused(self, product(batch1, batch2, [b, m, n], m, k, n, b), beta, alpha);
  },
  gradients: {
    self: bySelf,
    batch1: {
      formula: '∂L/∂batch1 = upstream @ batch2ᵀ · conj(alpha)',
      saves: ['batch2'],
      rule: (g, { batch2, alpha }) => times(bmm(g, adjoint(batch2)), alpha),
    },
    batch2: {
      formula: '∂L/∂batch2 = batch1ᵀ @ upstream · conj(alpha)',
      saves: ['batch1'],
      rule: (g, { batch1, alpha }) => times(bmm(adjoint(batch1), g), alpha),
    },
  },
});

/** The upstream gradient of a sum over batches, repeated for each. */
const repeated = (g: Tensor, batch: Tensor): Tensor => expand(unsqueeze(g, 0), [batch.shape[0]!, ...g.shape]);

define(addbmm, {
  variants: { inplace: true },
  resizes: true,
  kernel: (self, batch1, batch2, beta, alpha) => {
    const [b, m, k, n] = checkBatches(batch1, batch2, 'addmm_impl_cpu_');
    fits(self, [m, n]);
    if (self.numel > 0) refuseBoolAndHalf(self, 'addmm_impl_cpu_');
    if (self.dtype !== batch1.dtype) throw runtimeError('self and mat2 must have the same dtype');
    const products = product(batch1, batch2, [b, m, n], m, k, n, b);
    const total = quietly(() => sumDim(products, [0], false, self.dtype));
    return fused(self, total, beta, alpha);
  },
  gradients: {
    self: bySelf,
    batch1: {
      formula: '∂L/∂batch1 = upstream @ batch2ᵀ · conj(alpha)',
      saves: ['batch2'],
      rule: (g, { batch2, alpha }) => times(bmm(repeated(g, batch2), adjoint(batch2)), alpha),
    },
    batch2: {
      formula: '∂L/∂batch2 = batch1ᵀ @ upstream · conj(alpha)',
      saves: ['batch1'],
      rule: (g, { batch1, alpha }) => times(bmm(adjoint(batch1), repeated(g, batch1)), alpha),
    },
  },
});
