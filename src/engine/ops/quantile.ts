/** Quantiles: between the two elements whose ranks surround the wanted one. */
import { int64, isFloating } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { declare, define } from '../registry.ts';
import { broadcastShapes, type Shape, sameShape, wrapDim } from '../shape.ts';
import { type NumberData, rowMajor } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import { mul, sub } from './arithmetic.ts';
import { cast } from './cast.ts';
import { maskedFill } from './choice.ts';
import { isnan, logicalNot, lt } from './comparison.ts';
import { gather } from './indexing.ts';
import { restrided } from './layout.ts';
import { expand, flatten, squeezeDim, transpose, unsqueeze, view } from './movement.ts';
import { sumDim } from './reduction.ts';
import { ceil, floor, round } from './rounding.ts';
import { sort } from './sorting.ts';
import { lerpTensor } from './ternary.ts';
import { anyDim } from './truth.ts';

const INTERPOLATIONS = ['linear', 'lower', 'higher', 'midpoint', 'nearest'];

const internal = { variants: { namespace: null, method: false } } as const;

// PyTorch shapes its result in place, which has nodes of its own.
const squeezeInplace = declare('_quantile_squeeze(Tensor self) -> Tensor');
const transposeInplace = declare('_quantile_transpose(Tensor self) -> Tensor');
const unsqueezeInplace = declare('_quantile_unsqueeze(Tensor self) -> Tensor');

define(squeezeInplace, {
  ...internal,
  node: 'SqueezeBackward3',
  kernel: (self) => restrided(self, self.shape.slice(0, -1), self.strides.slice(0, -1)),
  gradients: { self: { formula: '∂L/∂self = upstream, unsqueezed', rule: (g) => unsqueeze(g, -1) } },
});
define(transposeInplace, {
  ...internal,
  node: 'TransposeBackward1',
  kernel: (self) => {
    const turned = (sizes: Shape): Shape => [sizes.at(-1)!, ...sizes.slice(1, -1), sizes[0]!];
    return restrided(self, turned(self.shape), turned(self.strides));
  },
  gradients: { self: { formula: '∂L/∂self = upstream, transposed', rule: (g) => transpose(g, 0, -1) } },
});
define(unsqueezeInplace, {
  ...internal,
  node: 'UnsqueezeBackward1',
  kernel: (self) => restrided(self, [1, ...self.shape], [self.numel, ...self.strides]),
  gradients: { self: { formula: '∂L/∂self = upstream, squeezed', rule: (g) => squeezeDim(g, 0) } },
});

function check(self: Tensor, q: Tensor): void {
  if (self.numel === 0) throw runtimeError('quantile() input tensor must be non-empty');
  if (q.rank > 1) throw runtimeError('quantile() q must be a scalar or 1D tensor');
  if (!isFloating(self.dtype) || self.dtype.bytes < 4)
    throw runtimeError('quantile() input tensor must be either float or double dtype');
  if (q.dtype !== self.dtype) throw runtimeError('quantile() q tensor must be same dtype as the input tensor');
  if ((rowMajor(q) as NumberData).some((value: number) => !(value >= 0 && value <= 1)))
    throw runtimeError('quantile() q values must be in the range [0, 1]');
}

/** The elements in order, with what is reduced as the last dimension; the others as in the result. */
function inOrder(self: Tensor, dim: number | null, keepdim: boolean): Tensor {
  if (dim === null) return view(sort(flatten(self))[0]!, [...(keepdim ? self.shape.map(() => 1) : []), -1]);
  const at = wrapDim(dim, self.rank);
  const sorted = sort(at === self.rank - 1 ? self : transpose(unsqueeze(self, -1), at, -1))[0]!;
  const rest = keepdim && self.rank > 0 ? self.shape.with(at, 1) : self.shape.toSpliced(at, 1);
  return view(sorted, [...rest, sorted.shape.at(-1)!]);
}

/** Where each quantile lies among the sorted elements: at a nan where there is one, or among the others only. */
function ranksOf(sorted: Tensor, q: Tensor, ignoreNan: boolean): Tensor {
  if (ignoreNan) {
    const last = sub(sumDim(logicalNot(isnan(sorted)), [-1], true), 1n);
    const ranks = mul(q, last);
    return maskedFill(ranks, lt(ranks, 0n), 0n);
  }
  const last = BigInt(sorted.shape.at(-1)! - 1);
  const nans = anyDim(isnan(sorted), -1, true);
  const ranks = mul(q, last);
  const shape = broadcastShapes(ranks.shape, nans.shape);
  return maskedFill(sameShape(ranks.shape, shape) ? ranks : expand(ranks, shape), nans, last);
}

const half = (like: Tensor): Tensor => {
  const out = emptyTensor(like.shape, like.dtype);
  (out.storage.data as NumberData).fill(0.5);
  return out;
};

function valuesAt(sorted: Tensor, exact: Tensor, interpolation: string): Tensor {
  const adjust = { lower: floor, higher: ceil, nearest: round }[interpolation];
  const ranks = adjust === undefined ? exact : adjust(exact);
  const below = cast(ranks, int64);
  const values = gather(sorted, -1, below);
  if (adjust !== undefined) return values;
  const weights = interpolation === 'midpoint' ? half(ranks) : sub(ranks, below);
  return lerpTensor(values, gather(sorted, -1, cast(ceil(ranks), int64)), weights);
}

function quantileOf(
  self: Tensor,
  q: Tensor,
  dim: number | null,
  keepdim: boolean,
  interpolation: string,
  ignoreNan: boolean,
): Tensor {
  check(self, q);
  if (!INTERPOLATIONS.includes(interpolation))
    throw runtimeError(
      `quantile() interpolation must be one of linear, lower, higher, midpoint or nearest, but got ${interpolation}`,
    );
  const sorted = inOrder(self, dim, keepdim);
  const values = valuesAt(sorted, ranksOf(sorted, q, ignoreNan), interpolation);
  return squeezeInplace(q.rank === 0 ? values : transposeInplace(unsqueezeInplace(values)));
}

/** A Python number as `q`. */
function scalar(self: Tensor, q: number): Tensor {
  if (!(q >= 0 && q <= 1)) throw runtimeError(`quantile() q must be in the range [0, 1] but got ${q}`);
  const out = emptyTensor([], self.dtype);
  if (isFloating(self.dtype)) (out.storage.data as NumberData)[0] = q;
  return out;
}

function family(name: 'quantile' | 'nanquantile'): void {
  const of = declare(
    `${name}(Tensor self, Tensor q, int? dim=None, bool keepdim=False, *, str interpolation='linear') -> Tensor` as 'quantile(Tensor self, Tensor q, int? dim=None, bool keepdim=False, *, str interpolation) -> Tensor',
  );
  const ofNumber = declare(
    `${name}.scalar(Tensor self, float q, int? dim=None, bool keepdim=False, *, str interpolation='linear') -> Tensor` as 'quantile.scalar(Tensor self, float q, int? dim=None, bool keepdim=False, *, str interpolation) -> Tensor',
  );
  const ignoreNan = name === 'nanquantile';
  define(of, {
    composite: true,
    kernel: (self, q, dim, keepdim, interpolation) => quantileOf(self, q, dim, keepdim, interpolation, ignoreNan),
  });
  define(ofNumber, {
    composite: true,
    kernel: (self, q, dim, keepdim, interpolation) =>
      quantileOf(self, scalar(self, q), dim, keepdim, interpolation, ignoreNan),
  });
}

family('quantile');
family('nanquantile');
