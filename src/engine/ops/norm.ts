/** p-norms along dimensions, and what is made of them. */
import { bfloat16, type DType, float16, float32, isComplex, isFloating, realType, rounding } from '../dtype.ts';
import { runtimeError, valueError } from '../errors.ts';
import { declare, define } from '../registry.ts';
import { wrapDim } from '../shape.ts';
import type { NumberData } from '../strided.ts';
import type { Tensor } from '../tensor.ts';
import { Complex, type Scalar } from '../values.ts';
import { add, div, mul, mulReversed, neg, reciprocal, sub } from './arithmetic.ts';
import { cast } from './cast.ts';
import { maskedFill, where } from './choice.ts';
import { eq, gt, isnan, logicalAnd, logicalOr } from './comparison.ts';
import { conj, real } from './complex.ts';
import { pow, sqrt } from './exponential.ts';
import { noKernel } from './limits.ts';
import { svdvals } from './linalg/svd.ts';
import { permute, unsqueeze } from './movement.ts';
import { converted } from './out-rules.ts';
import { fromData } from './pointwise.ts';
import { reducedDims, reducedShape, sumDim, toRows, unsqueezeBack } from './reduction.ts';
import { abs, sgn } from './signs.ts';

export const norm = declare(
  'norm.ScalarOpt_dim(Tensor self, Scalar? p, int[1]? dim=None, bool keepdim=False) -> Tensor',
);
const normIn = declare(
  'norm.ScalarOpt_dim_dtype(Tensor self, Scalar? p, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype) -> Tensor',
);
const normNamed = declare(
  "norm.name(Tensor self, str p='fro', int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor",
);
export const vectorNorm = declare(
  'linalg_vector_norm(Tensor self, Scalar ord=2, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor',
);
const dist = declare('dist(Tensor self, Tensor other, Scalar p=2) -> Tensor');
const renorm = declare('renorm(Tensor self, Scalar p, int dim, Scalar maxnorm) -> Tensor');

type Dims = readonly number[] | null;

/** (Σ |x|ᵖ)^(1/p); how many are not 0 for p = 0, the largest or the smallest size for infinite p. */
export function normKernel(self: Tensor, p: number, dim: Dims, keepdim: boolean, dtype: DType): Tensor {
  const dims = reducedDims(dim, self.rank);
  const { data, inner, outer } = toRows(self, dims);
  const out = dtype.allocate(outer) as NumberData;
  const size = isComplex(self.dtype)
    ? (i: number) => Math.hypot(data[2 * i]!, data[2 * i + 1]!)
    : (i: number) => Math.abs(data[i]!);
  const half = self.dtype.narrow !== null && dtype === self.dtype;
  // PyTorch has a way of its own for lengths of memory in one stretch, which adds up in single precision.
  const wide = dtype === bfloat16 && p === 2 && isOneStretch(self, dims);
  const rows =
    half && !wide ? roundedNorm(rounding(dtype), dtype === float16 ? Math.fround : rounding(dtype)) : rowNorm;
  for (let r = 0; r < outer && inner > 0; r++) out[r * dtype.lanes] = rows(size, r * inner, (r + 1) * inner, p);
  return fromData(out, reducedShape(self.shape, dims, keepdim), dtype);
}

/** Whether what is summed over lies in memory without gaps, in whatever order. */
function isOneStretch({ shape, strides }: Tensor, dims: readonly number[]): boolean {
  let next = 1;
  for (const d of dims.filter((one) => shape[one] !== 1).sort((a, b) => strides[a]! - strides[b]!)) {
    if (strides[d] !== next) return false;
    next *= shape[d]!;
  }
  return true;
}

/** As PyTorch has it for the half types, which adds up in the type itself: what is too large on the way is infinite. */
const roundedNorm =
  (round: (value: number) => number, powers: (value: number) => number): typeof rowNorm =>
  (size, start, end, p) => {
    if (p === 0 || !Number.isFinite(p)) return rowNorm(size, start, end, p);
    let total = 0;
    for (let i = start; i < end; i++) {
      const x = size(i);
      // C's power of a float16 is a float.
      total = round(total + (p === 1 ? x : p === 2 ? round(x * x) : powers(x ** p)));
    }
    return p === 1 ? total : p === 2 ? Math.sqrt(total) : total ** round(1 / p);
  };

function rowNorm(size: (i: number) => number, start: number, end: number, p: number): number {
  let total = Math.abs(p) === Number.POSITIVE_INFINITY ? size(start) : 0;
  for (let i = start; i < end; i++) {
    const x = size(i);
    if (p === 2) total += x * x;
    else if (p === 1) total += x;
    else if (p === 0) total += Number(x !== 0);
    else if (p === Number.POSITIVE_INFINITY) total = Math.max(total, x);
    else if (p === Number.NEGATIVE_INFINITY) total = Math.min(total, x);
    else total += x ** p;
  }
  if (p === 2) return Math.sqrt(total);
  return p === 0 || p === 1 || !Number.isFinite(p) ? total : total ** (1 / p);
}

/** The slope of a p-norm; where it has none, PyTorch's choice. No dimensions: of everything, as a number that needs none. */
export function normSlope(
  g: Tensor,
  self: Tensor,
  p: number,
  result: Tensor,
  dim: Dims,
  keepdim: boolean,
): Tensor | null {
  if (p === 0) return null;
  const kept = keepdim || dim?.length === 0;
  const upstream = unsqueezeBack(g, self.rank, dim, kept);
  if (p === 1) return mul(sgn(self), upstream);
  const length = unsqueezeBack(result, self.rank, dim, kept);
  if (p === 2) return mul(upstream, maskedFill(div(self, length), eq(length, 0n), 0n));
  if (!Number.isFinite(p)) return mulReversed(shareOfExtreme(upstream, self, length, dim), sgn(self));
  if (p < 1) {
    const steep = mul(sgn(self), maskedFill(pow(abs(self), p - 1), eq(self, 0n), 0n));
    return mul(mul(steep, upstream), pow(length, 1 - p));
  }
  const own = p < 2 ? mulReversed(pow(abs(self), p - 1), sgn(self)) : mul(self, pow(abs(self), p - 2));
  return mul(own, maskedFill(div(upstream, pow(length, p - 1)), eq(length, 0n), 0n));
}

/** Elements of the extreme size share the upstream gradient. */
function shareOfExtreme(upstream: Tensor, self: Tensor, length: Tensor, dim: Dims): Tensor {
  const size = abs(self);
  const mask = logicalOr(eq(size, length), logicalAnd(isnan(size), isnan(length)));
  return mul(div(upstream, sumDim(mask, dim, true)), cast(mask, upstream.dtype));
}

const numberOf = (p: Scalar | null): number => {
  if (p instanceof Complex) throw runtimeError('value cannot be converted to type double without overflow');
  return Number(p ?? 2);
};

function refuseInts(self: Tensor): void {
  if (self.dtype.category < 2) {
    throw runtimeError(
      `norm(): input dtype should be either floating point or complex. Got ${self.dtype.scalar} instead.`,
    );
  }
}

const LENGTH = '∂L/∂self = upstream · |self|ᵖ⁻¹ · sign(self) / resultᵖ⁻¹';

/** `'fro'` of two dimensions is composed; of one or of all it is the norm with p = 2. */
define(normNamed, {
  out: converted,
  composite: true,
  kernel: (self, p, dim, keepdim, dtype) => {
    if (p !== 'fro' && p !== 'nuc') throw runtimeError(`only valid string values are 'fro' and 'nuc', found ${p}`);
    if (dtype !== null)
      throw valueError(`dtype argument is not supported in ${p === 'fro' ? 'frobenius' : 'nuclear'} norm`);
    if (p === 'nuc') return nuclear(self, dim, keepdim);
    const dims = dim ?? [];
    if (dims.length > 2)
      throw runtimeError(`Expected at most 2 dimensions, but got ${dims.length} dimensions instead.`);
    if (dims.length < 2) return norm(self, 2n, dims, keepdim);
    const [a, b] = dims.map((d) => wrapDim(d, self.rank)) as [number, number];
    if (a === b) throw runtimeError(`Expected dims to be different, got [${dims.join(', ')}] instead`);
    const squares = isComplex(self.dtype) ? real(mul(conj(self), self)) : mul(self, self);
    return sqrt(sumDim(squares, [a, b], keepdim));
  },
});

/** The sum of the singular values of matrices in two of the dimensions. */
function nuclear(self: Tensor, dim: Dims, keepdim: boolean): Tensor {
  if (dim === null && self.rank !== 2) {
    const plural = self.rank === 1 ? '' : 's';
    throw runtimeError(
      `Expected a tensor with 2 dimensions, but got a tensor with ${self.rank} dimension${plural} instead.`,
    );
  }
  if (dim !== null && dim.length !== 2) throw runtimeError("nuclear norm requires a 'dim' argument of size 2");
  const last = (dim ?? [0, 1]).map((d) => wrapDim(d, self.rank));
  const order = [...self.shape.map((_, d) => d).filter((d) => !last.includes(d)), ...last];
  const sums = sumDim(svdvals(permute(self, order)), [-1], keepdim);
  if (!keepdim) return sums;
  return permute(
    unsqueeze(sums, -1),
    self.shape.map((_, d) => order.indexOf(d)),
  );
}

define(norm, {
  out: {
    check: (out, _, args) => {
      const isExtreme = !Number.isFinite(numberOf(args[1] as Scalar | null));
      if (isComplex((args[0] as Tensor).dtype) && (isComplex(out.dtype) || !isExtreme)) return 'copy';
      if (!isFloating(out.dtype)) throw noKernel('norm_cpu', out.dtype);
      return undefined;
    },
  },
  node: 'NormBackward1',
  kernel: (self, p, dim, keepdim) => {
    refuseInts(self);
    return normKernel(self, numberOf(p), dim, keepdim, realType(self.dtype));
  },
  gradients: {
    self: {
      formula: LENGTH,
      saves: ['self', 'result'],
      rule: (g, { self, p, result, dim, keepdim }) => normSlope(g, self, numberOf(p), result, dim, keepdim),
    },
  },
});

define(normIn, {
  node: 'NormBackward3',
  kernel: (self, p, dim, keepdim, dtype) => {
    const wanted = dtype ?? self.dtype;
    if (wanted.category < 2) {
      throw runtimeError(
        `norm(): the desired output dtype should be either floating point or complex. Got ${wanted.scalar} instead.`,
      );
    }
    return normKernel(self.dtype.category < 2 ? cast(self, wanted) : self, numberOf(p), dim, keepdim, wanted);
  },
  gradients: {
    self: {
      formula: LENGTH,
      saves: ['self', 'result'],
      rule: (g, { self, p, result, dim, keepdim }) =>
        normSlope(g, isComplex(self.dtype) ? self : cast(self, g.dtype), numberOf(p), result, dim, keepdim),
    },
  },
});

/** What `linalg.vector_norm` refuses. */
function checkVectorNorm(self: Tensor, p: number, dim: Dims, dtype: DType | null): void {
  const refuse = (what: string): never => {
    throw runtimeError(`linalg.vector_norm${what}`);
  };
  if (self.dtype.category < 2)
    refuse(`: Expected a floating point or complex tensor as input. Got ${self.dtype.scalar}`);
  if (self.numel === 0 && (p < 0 || p === Number.POSITIVE_INFINITY)) {
    const text = p === Number.POSITIVE_INFINITY ? 'inf' : p === Number.NEGATIVE_INFINITY ? '-inf' : String(p);
    if (dim === null || dim.length === 0) {
      refuse(` cannot compute the ${text} norm on an empty tensor because the operation does not have an identity`);
    }
    for (const d of reducedDims(dim, self.rank)) {
      if (self.shape[d] === 0)
        refuse(
          ` cannot compute the ${text} norm on the dimension ${d}because this dimension is empty and the operation does not have an identity`,
        );
    }
  }
  if (dtype !== null) checkNormDtype(self.dtype, dtype, refuse);
}

function checkNormDtype(from: DType, to: DType, refuse: (what: string) => never): void {
  if (to.category < 2) refuse(`: dtype should be floating point or complex, but got ${to.scalar}`);
  if (isComplex(from) !== isComplex(to)) {
    const kind = isComplex(from) ? 'complex' : 'real';
    refuse(`: dtype should be ${kind} for ${kind} inputs, but got ${to.scalar}`);
  }
  if (to.rank < from.rank) {
    refuse(
      `: the dtype of the input (${from.scalar}) should be convertible without narrowing to the specified dtype (${to.scalar})`,
    );
  }
}

define(vectorNorm, {
  variants: { namespace: 'linalg', method: false },
  kernel: (self, ord, dim, keepdim, dtype) => {
    const p = numberOf(ord);
    checkVectorNorm(self, p, dim, dtype);
    return normKernel(self, p, dim, keepdim, realType(dtype ?? self.dtype));
  },
  gradients: {
    self: {
      formula: LENGTH,
      saves: ['self', 'result'],
      rule: (g, { self, ord, result, dim, keepdim, dtype }) =>
        normSlope(g, dtype === null ? self : cast(self, dtype), numberOf(ord), result, dim ?? [], keepdim),
    },
  },
});

const distSlope = (g: Tensor, self: Tensor, other: Tensor, p: Scalar, result: Tensor): Tensor | null =>
  normSlope(g, sub(self, other), numberOf(p), result, [], false);

define(dist, {
  kernel: (self, other, p) => {
    const difference = sub.def!.kernel(self, other, 1n) as Tensor;
    refuseInts(difference);
    return normKernel(difference, numberOf(p), null, false, realType(difference.dtype));
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream · slope of the norm at self − other',
      saves: ['self', 'other', 'result'],
      rule: (g, { self, other, p, result }) => distSlope(g, self, other, p, result),
    },
    other: {
      formula: '∂L/∂other = −upstream · slope of the norm at self − other',
      saves: ['self', 'other', 'result'],
      rule: (g, { self, other, p, result }) => {
        const slope = distSlope(g, self, other, p, result);
        return slope === null ? null : neg(slope);
      },
    },
  },
});

/** Keeps a slice that is scaled down from growing past its bound by rounding. */
const MARGIN = 1e-7;

/** The half types' lengths are taken in single precision. */
const accumulated = (dtype: DType): DType => (dtype.narrow === null ? realType(dtype) : float32);

const otherDims = (rank: number, dim: number): number[] =>
  Array.from({ length: rank }, (_, i) => i).filter((i) => i !== wrapDim(dim, rank));

function checkRenorm(self: Tensor, p: number, maxnorm: Scalar): void {
  if (p <= 0) throw runtimeError('renorm: non-positive-norm not supported');
  if (maxnorm instanceof Complex) throw runtimeError('renorm: maxnorm must be real-valued');
  if (Number(maxnorm) < 0) throw runtimeError(`renorm: expected maxnorm to be >= 0 but got ${maxnorm}`);
  if (self.rank < 2) throw runtimeError(`renorm: input needs at least 2 dimensions, got ${self.rank} dimensions`);
}

define(renorm, {
  variants: { inplace: true },
  kernel: (self, p, dim, maxnorm) => {
    if (p instanceof Complex) throw runtimeError('renorm: p must be real-valued');
    checkRenorm(self, Number(p), maxnorm);
    const dims = otherDims(self.rank, dim);
    checkVectorNorm(self, Number(p), dims, null);
    const factor = cast(normKernel(self, Number(p), dims, true, accumulated(self.dtype)), realType(self.dtype));
    const data = factor.storage.data as NumberData;
    const bound = Number(maxnorm);
    for (let i = 0; i < data.length; i++) data[i] = data[i]! > bound ? bound / (data[i]! + MARGIN) : 1;
    return mul.def!.kernel(self, factor) as Tensor;
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream, through maxnorm · self / ‖self‖ where that is larger than maxnorm',
      saves: ['self'],
      rule: (g, { self, p, dim, maxnorm }) => {
        const dims = otherDims(self.rank, dim);
        const length = cast(
          vectorNorm(self, p, dims, true, self.dtype.narrow === null ? null : float32),
          realType(self.dtype),
        );
        const along = mul(conj(self), g);
        const total = sumDim(isComplex(self.dtype) ? real(along) : along, dims, true);
        const slope = normSlope(total, self, numberOf(p), length, dims, true)!;
        const inverse = reciprocal(add(length, MARGIN));
        const scaled = mulReversed(sub(g, mul(inverse, slope)), mul(inverse, maxnorm));
        return where(gt(length, maxnorm), scaled, g);
      },
    },
  },
});
