/** `torch.masked`: reductions and normalisations that pass over the elements where a mask is False. */
import { quietly } from '../context.ts';
import { bool, type DType, dtypes, float32, int64, isDifferentiable, isFloating, uint8 } from '../dtype.ts';
import { indexError, notImplemented, runtimeError, valueError } from '../errors.ts';
import { declare, define } from '../registry.ts';
import { type Shape, sameShape } from '../shape.ts';
import { convertScalars } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import type { Scalar } from '../values.ts';
import { div, mul, neg, sub } from './arithmetic.ts';
import { cast } from './cast.ts';
import { maximum, where } from './choice.ts';
import { isnan } from './comparison.ts';
import { conj } from './complex.ts';
import { cumprod, cumsum } from './cumulative.ts';
import { sqrt } from './exponential.ts';
import { amax, amin, argmax, argmin } from './extremum.ts';
import { logsumexp } from './log-sums.ts';
import { expand, reshape } from './movement.ts';
import { vectorNorm } from './norm.ts';
import { logaddexp } from './pairs.ts';
import { prodDim } from './product.ts';
import { sumDim } from './reduction.ts';
import { nanmedianDim } from './selection.ts';
import { logSoftmax, softmax } from './softmax.ts';

const NONE = 'Tensor? mask=None';
const REDUCES = `int[1]? dim=None, *, bool? keepdim=False, ScalarType? dtype=None, ${NONE}` as const;
const NORMALIZES = `int dim, *, ScalarType? dtype=None, ${NONE}` as const;
const inMasked = { variants: { namespace: 'masked', method: false }, composite: true } as const;

type Identity = 'sum' | 'prod' | 'amax' | 'amin' | 'logsumexp' | 'argmax' | 'argmin' | 'median';

/** The number that changes nothing: what stands in for the elements that are passed over. */
function identityOf(name: Identity, { dtype }: Tensor): Scalar {
  if (name === 'sum' || name === 'prod') return name === 'sum' ? 0n : 1n;
  if (name === 'median') return Number.NaN;
  const greatest = name === 'amin' || name === 'argmin';
  if (isFloating(dtype)) return greatest ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  if (dtype.category !== 1) throw notImplemented(`identity of ${name} on torch.${dtype.name} input`);
  const bits = BigInt(dtype.bytes * 8);
  if (dtype === uint8) return greatest ? 255n : 0n;
  return greatest ? 2n ** (bits - 1n) - 1n : -(2n ** (bits - 1n));
}

function number(value: Scalar, dtype: DType): Tensor {
  const out = emptyTensor([], dtype);
  convertScalars([value], out.storage.data, dtype);
  return out;
}

/** A mask of bools in the shape of the input. */
function maskFor(input: Tensor, mask: Tensor): Tensor {
  return quietly(() => {
    if (sameShape(mask.shape, input.shape)) return cast(mask, bool);
    if (mask.rank > input.rank)
      throw indexError('_input_mask expected broadcastable mask (got mask dimensionality higher than of the input)');
    return cast(expand(mask, input.shape), bool);
  });
}

const filled = (input: Tensor, mask: Tensor | null, value: Scalar): Tensor =>
  mask === null ? input : where(maskFor(input, mask), input, number(value, input.dtype));

const without = (name: Identity, input: Tensor, mask: Tensor | null): Tensor =>
  mask === null ? input : filled(input, mask, identityOf(name, input));

/** The dimensions in ascending order; all for None and for none. */
function dimsOf(dim: readonly number[] | null, rank: number): number[] {
  if (dim === null || dim.length === 0) return Array.from({ length: rank }, (_, i) => i);
  const span = Math.max(rank, 1);
  dim.forEach((d, i) => {
    if (dim.indexOf(d) < i) throw runtimeError(`dim=${d} appears multiple times in the list of dims`);
    if (d >= span || d < -span)
      throw indexError(`Dimension out of range (expected to be in range of [${-span}, ${span - 1}], but got ${d})`);
  });
  return dim.map((d) => (d + span) % span).sort((a, b) => a - b);
}

const oneDim = (dim: number, rank: number): number => dimsOf([dim], rank)[0]!;

/** Sums and products of ints that are narrower than int64 are int64. */
const totalType = (dtype: DType): DType => (dtype.category < 2 ? int64 : dtype);

type Reduction = `${string}(Tensor input, ${typeof REDUCES}) -> Tensor`;
type ReductionKernel = (
  input: Tensor,
  dim: readonly number[] | null,
  keepdim: boolean,
  dtype: DType | null,
  mask: Tensor | null,
) => Tensor;

function reduction(name: string, kernel: ReductionKernel): void {
  const op = declare(
    `masked_${name}(Tensor input, ${REDUCES}) -> Tensor` as Reduction as 'masked_x(Tensor input, int[1]? dim=None, *, bool? keepdim=False, ScalarType? dtype=None, Tensor? mask=None) -> Tensor',
  );
  define(op, {
    ...inMasked,
    kernel: (input, dim, keepdim, dtype, mask) => kernel(input, dim, keepdim === true, dtype, mask),
  });
}

const sumOf: ReductionKernel = (input, dim, keepdim, dtype, mask) =>
  sumDim(without('sum', input, mask), dimsOf(dim, input.rank), keepdim, dtype ?? totalType(input.dtype));

/** How many elements of each row count. */
function countOf(shape: Shape, dim: readonly number[] | null, keepdim: boolean, mask: Tensor | null): Tensor {
  const ones = emptyTensor(shape, int64);
  (ones.storage.data as BigInt64Array).fill(1n);
  return sumOf(ones, dim, keepdim, null, mask);
}

reduction('sum', sumOf);
reduction('prod', (input, dim, keepdim, dtype, mask) =>
  dimsOf(dim, input.rank).reduceRight(
    (result, d) => prodDim(result, d, keepdim),
    cast(without('prod', input, mask), dtype ?? totalType(input.dtype)),
  ),
);
reduction('amax', (input, dim, keepdim, dtype, mask) =>
  cast(amax(without('amax', input, mask), dimsOf(dim, input.rank), keepdim), dtype ?? input.dtype),
);
reduction('amin', (input, dim, keepdim, dtype, mask) =>
  cast(amin(without('amin', input, mask), dimsOf(dim, input.rank), keepdim), dtype ?? input.dtype),
);
reduction('logsumexp', (input, dim, keepdim, dtype, mask) =>
  cast(logsumexp(without('logsumexp', input, mask), dimsOf(dim, input.rank), keepdim), dtype ?? input.dtype),
);
reduction('mean', (input, dim, keepdim, dtype, mask) => {
  const own = mask === null ? null : maskFor(input, mask);
  const count = countOf(input.shape, dim, keepdim, own);
  return div(sumOf(input, dim, keepdim, dtype ?? input.dtype, own), count);
});

/** The mean squared distance to the mean, composed. */
function spread(
  input: Tensor,
  dim: readonly number[] | null,
  unbiased: boolean,
  keepdim: boolean,
  given: DType | null,
  mask: Tensor | null,
): Tensor {
  const dtype = given ?? (isDifferentiable(input.dtype) ? input.dtype : float32);
  const own = mask === null ? null : maskFor(input, mask);
  const count = countOf(input.shape, dim, true, own);
  const mean = div(sumOf(input, dim, true, dtype, own), count);
  const apart = sub(input, mean);
  const total = sumOf(mul(apart, conj(apart)), dim, keepdim, isDifferentiable(dtype) ? dtype : float32, own);
  const of = keepdim ? count : reshape(count, total.shape);
  const left = unbiased ? maximum(sub(of, 1n), emptyTensor([], int64)) : of;
  return cast(div(total, left), dtype);
}

const SPREADS =
  `int[1]? dim=None, bool? unbiased=False, *, bool? keepdim=False, ScalarType? dtype=None, ${NONE}` as const;
const variance = declare(`masked_var(Tensor input, ${SPREADS}) -> Tensor` as const);
const deviation = declare(`masked_std(Tensor input, ${SPREADS}) -> Tensor` as const);

define(variance, {
  ...inMasked,
  kernel: (input, dim, unbiased, keepdim, dtype, mask) =>
    spread(input, dim, unbiased === true, keepdim === true, dtype, mask),
});
define(deviation, {
  ...inMasked,
  kernel: (input, dim, unbiased, keepdim, dtype, mask) =>
    sqrt(spread(input, dim, unbiased === true, keepdim === true, dtype, mask)),
});

const POSITION = `int? dim=None, *, bool? keepdim=False, ScalarType? dtype=None, ${NONE}` as const;
const largest = declare(`masked_argmax(Tensor input, ${POSITION}) -> Tensor` as const);
const smallest = declare(`masked_argmin(Tensor input, ${POSITION}) -> Tensor` as const);

define(largest, {
  ...inMasked,
  kernel: (input, dim, keepdim, dtype, mask) =>
    cast(argmax(without('argmax', input, mask), dim, keepdim === true), dtype ?? input.dtype),
});
define(smallest, {
  ...inMasked,
  kernel: (input, dim, keepdim, dtype, mask) =>
    cast(argmin(without('argmin', input, mask), dim, keepdim === true), dtype ?? input.dtype),
});

const median = declare(
  `masked_median(Tensor input, int dim=-1, *, bool keepdim=False, ScalarType? dtype=None, ${NONE}) -> Tensor` as const,
);

define(median, {
  ...inMasked,
  kernel: (input, dim, keepdim, dtype, mask) => {
    const at = oneDim(dim, input.rank);
    const floats = isFloating(input.dtype) ? input : cast(input, dtypes.float32);
    const found = nanmedianDim(without('median', floats, mask), at, keepdim)[0]!;
    if (floats === input) return found;
    if ((isnan(found).storage.data as Uint8Array).includes(1))
      throw valueError('masked median expects no fully masked out rows if dtype is not floating point');
    return cast(found, dtype ?? input.dtype);
  },
});

const norm = declare(
  `masked_norm(Tensor input, Scalar? ord=2.0, int[1]? dim=None, *, bool? keepdim=False, ScalarType? dtype=None, ${NONE}) -> Tensor` as const,
);

function normOf(
  input: Tensor,
  ord: Scalar,
  dim: readonly number[] | null,
  keepdim: boolean,
  dtype: DType | null,
  mask: Tensor | null,
): Tensor {
  const value = ord === Number.NEGATIVE_INFINITY ? Number.POSITIVE_INFINITY : 0n;
  return vectorNorm(filled(input, mask, value), ord, dimsOf(dim, input.rank), keepdim, dtype ?? input.dtype);
}

define(norm, {
  ...inMasked,
  kernel: (input, ord, dim, keepdim, dtype, mask) => normOf(input, ord ?? 2, dim, keepdim === true, dtype, mask),
});

type Normalization = (input: Tensor, dim: number, dtype: DType) => Tensor;

/** An op that keeps the shape; `passed` names what stands in for the elements that are passed over. */
function normalization(name: string, passed: Identity, apply: Normalization): void {
  const op = declare(
    `masked_${name}(Tensor input, ${NORMALIZES}) -> Tensor` as 'masked_x(Tensor input, int dim, *, ScalarType? dtype=None, Tensor? mask=None) -> Tensor',
  );
  define(op, {
    ...inMasked,
    kernel: (input, dim, dtype, mask) => {
      const at = oneDim(dim, input.rank);
      return apply(without(passed, input, mask), at, dtype ?? input.dtype);
    },
  });
}

normalization('cumsum', 'sum', (input, dim, dtype) => cast(cumsum(input, dim, dtype), dtype));
normalization('cumprod', 'prod', (input, dim, dtype) => cast(cumprod(input, dim, dtype), dtype));
normalization('softmax', 'amax', (input, dim, dtype) => softmax(input, dim, dtype));
normalization('log_softmax', 'amax', (input, dim, dtype) => logSoftmax(input, dim, dtype));
normalization('softmin', 'amin', (input, dim, dtype) => softmax(neg(input), dim, dtype));

const normalize = declare(
  `masked_normalize(Tensor input, Scalar ord, int dim, *, float eps=1e-12, ScalarType? dtype=None, ${NONE}) -> Tensor` as const,
);

define(normalize, {
  ...inMasked,
  kernel: (input, ord, dim, eps, dtype, mask) => {
    oneDim(dim, input.rank);
    const passed = without('sum', input, mask);
    const length = normOf(input, ord, [dim], true, dtype, mask);
    return div(passed, maximum(length, number(eps, length.dtype)));
  },
});

const sumOfLogs = declare(
  'masked_logaddexp(Tensor input, Tensor other, *, ScalarType? dtype=None, Tensor? input_mask=None, Tensor? other_mask=None) -> Tensor',
);

define(sumOfLogs, {
  ...inMasked,
  kernel: (input, other, dtype, inputMask, otherMask) =>
    cast(
      logaddexp(without('logsumexp', input, inputMask), without('logsumexp', other, otherMask)),
      dtype ?? input.dtype,
    ),
});
