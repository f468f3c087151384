/** How many elements fall into each of several bins. */
import { cppName, type DType, float32, float64, int64 } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { declare, define } from '../registry.ts';
import { contiguousStrides, formatShape, sameShape } from '../shape.ts';
import { type NumberData, rowMajor } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import { limits, noKernel, requireKernel } from './limits.ts';
import { sameHistogram } from './out-rules.ts';
import { fromData } from './pointwise.ts';
import { spaced } from './ranges.ts';

const histc = declare('histc(Tensor self, int bins=100, Scalar min=0, Scalar max=0) -> Tensor');
const histogram = declare(
  'histogram.bin_ct(Tensor self, int bins=100, *, float[]? range=None, Tensor? weight=None, bool density=False) -> (Tensor hist, Tensor bin_edges)',
);
const histogramEdges = declare(
  'histogram.bins_tensor(Tensor self, Tensor bins, *, Tensor? weight=None, bool density=False) -> (Tensor hist, Tensor bin_edges)',
);
const histogramdd = declare(
  'histogramdd(Tensor self, int[] bins, float[]? range=None, Tensor? weight=None, bool density=False) -> (Tensor hist, Tensor[] bin_edges)',
);
const histogramddCount = declare(
  'histogramdd.int_bins(Tensor self, int bins, float[]? range=None, Tensor? weight=None, bool density=False) -> (Tensor hist, Tensor[] bin_edges)',
);
const histogramddEdges = declare(
  'histogramdd.TensorList_bins(Tensor self, Tensor[] bins, float[]? range=None, Tensor? weight=None, bool density=False) -> (Tensor hist, Tensor[] bin_edges)',
);
const bincount = declare('bincount(Tensor self, Tensor? weights=None, int minlength=0) -> Tensor');

type Round = (value: number) => number;
function rounding(dtype: DType): Round {
  if (dtype.narrow === null) return dtype.bytes < 8 ? Math.fround : (value) => value;
  const one = new Float32Array(1);
  return (value) => {
    one[0] = value;
    dtype.narrow!(one);
    return one[0]!;
  };
}

/** How the bin of a value between the outermost edges is found. */
type Find = (value: number, edges: NumberData, round: Round) => number;

/** By its share of the whole width. */
const interpolated: Find = (value, edges, round) => {
  const bins = edges.length - 1;
  const [first, last] = [edges[0]!, edges[bins]!];
  const share = round(round(value - first) / round(last - first));
  return Math.min(Math.trunc(round(share * round(bins))), bins - 1);
};

/** By its share, then by the edges around there: the share may be off by a rounding. */
const searchedNear: Find = (value, edges, round) => {
  const guess = interpolated(value, edges, round);
  return lastEdgeBelow(value, edges, Math.max(0, guess - 1), Math.min(guess + 2, edges.length));
};

const searched: Find = (value, edges) => lastEdgeBelow(value, edges, 0, edges.length);

/** The last bin holds its upper edge too. */
function lastEdgeBelow(value: number, edges: NumberData, from: number, to: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (edges[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return Math.min(low - 1, edges.length - 2);
}

/** Counts, or sums of weights, of the rows of `points` (`dims` numbers each) in the bins between the edges. */
function count(points: NumberData, edges: readonly Tensor[], weight: Tensor | null, dtype: DType, find: Find): Tensor {
  const dims = edges.length;
  const shape = edges.map((one) => one.numel - 1);
  const strides = contiguousStrides(shape);
  const bounds = edges.map((one) => rowMajor(one) as NumberData);
  const out = emptyTensor(shape, dtype);
  const data = out.storage.data as NumberData;
  const weights = weight === null ? null : (rowMajor(weight) as NumberData);
  const round = rounding(dtype);
  for (let row = 0; row * dims < points.length; row++) {
    let at = 0;
    for (let d = 0; d < dims && at >= 0; d++) {
      const value = points[row * dims + d]!;
      const inside = value >= bounds[d]![0]! && value <= bounds[d]!.at(-1)!;
      at = inside ? at + find(value, bounds[d]!, round) * strides[d]! : -1;
    }
    if (at >= 0) data[at]! += weights === null ? 1 : weights[row]!;
  }
  return out;
}

/** Divides counts by their total and by the volumes of the bins. */
function normalize(counts: Tensor, edges: readonly Tensor[]): void {
  const data = counts.storage.data as NumberData;
  const round = rounding(counts.dtype);
  let total = 0;
  for (const value of data) total += value;
  const strides = contiguousStrides(counts.shape);
  for (let i = 0; i < data.length; i++) {
    let value = round(data[i]! * round(1 / total));
    edges.forEach((one, d) => {
      const bounds = one.storage.data as NumberData;
      const k = Math.floor(i / strides[d]!) % counts.shape[d]!;
      value = round(value / round(bounds[k + 1]! - bounds[k]!));
    });
    data[i] = value;
  }
}

/** From the least to the greatest element of each dimension, or as given; a range of no width is widened. */
function outerEdges(
  points: NumberData,
  dims: number,
  range: readonly number[] | null,
  name: string,
): [number, number][] {
  if (range !== null && range.length !== 2 * dims) {
    throw runtimeError(
      `torch.histogramdd: for a ${dims}-dimensional histogram range should have ${2 * dims} elements, but got ${range.length}`,
    );
  }
  return Array.from({ length: dims }, (_, d) => {
    let [low, high] = range === null ? extent(points, dims, d) : [range[2 * d]!, range[2 * d + 1]!];
    if (!Number.isFinite(low) || !Number.isFinite(high)) {
      throw runtimeError(`torch.histogramdd: dimension ${d}'s range [${low}, ${high}] is not finite`);
    }
    if (low > high) {
      throw runtimeError(`${name}: min should not exceed max, but got min ${low} max ${high} for dimension ${d}`);
    }
    if (low === high) [low, high] = [low - 0.5, high + 0.5];
    return [low, high];
  });
}

function extent(points: NumberData, dims: number, d: number): [number, number] {
  if (points.length === 0) return [0, 1];
  let [low, high] = [points[d]!, points[d]!];
  for (let i = d; i < points.length; i += dims) {
    const value = points[i]!;
    if (value < low || Number.isNaN(value)) low = value;
    if (value > high || Number.isNaN(value)) high = value;
  }
  return [low, high];
}

function check(self: Tensor, bins: readonly (number | Tensor)[], weight: Tensor | null): void {
  const refuse = (what: string): never => {
    throw runtimeError(`torch.histogramdd: ${what}`);
  };
  bins.forEach((one, d) => {
    if (typeof one === 'number') return;
    if (one.dtype !== self.dtype)
      refuse(
        `input tensor and bins tensors should have the same dtype, but got input with dtype ${cppName(self.dtype)} and bins for dimension ${d} with dtype ${cppName(one.dtype)}`,
      );
    if (one.rank !== 1)
      refuse(
        `bins tensor should have one dimension, but got ${one.rank} dimensions in the bins tensor for dimension ${d}`,
      );
  });
  if (weight !== null) {
    if (weight.dtype !== self.dtype)
      refuse(
        `if weight tensor is provided, input tensor and weight tensor should have the same dtype, but got input(${cppName(self.dtype)}), and weight(${cppName(weight.dtype)})`,
      );
    if (!sameShape(weight.shape, self.shape.slice(0, -1)))
      refuse(
        `if weight tensor is provided it should have the same shape as the input tensor excluding its innermost dimension, but got input with shape ${formatShape(self.shape)} and weight with shape ${formatShape(weight.shape)}`,
      );
  }
  bins.forEach((one, d) => {
    const number = typeof one === 'number' ? one : one.numel - 1;
    if (number <= 0)
      throw runtimeError(`torch.histogram(): bins must be > 0, but got ${Math.max(0, number)} for dimension ${d}`);
  });
}

/** `points`: [..., dims]. The edges are those given, or evenly spaced. */
function histogramOf(
  points: Tensor,
  bins: readonly (number | Tensor)[],
  range: readonly number[] | null,
  weight: Tensor | null,
  density: boolean,
): { counts: Tensor; edges: Tensor[] } {
  check(points, bins, weight);
  if (points.dtype !== float32 && points.dtype !== float64) throw noKernel('histogramdd', points.dtype);
  const data = rowMajor(points) as NumberData;
  const given = bins.every((one) => typeof one !== 'number');
  const outer = given ? null : outerEdges(data, bins.length, range, 'torch.histogramdd');
  const edges = bins.map((one, d) =>
    typeof one === 'number'
      ? spaced(outer![d]![0], outer![d]![1], one + 1, points.dtype, (value) => value)
      : fromData(rowMajor(one).slice(), one.shape, one.dtype),
  );
  const counts = count(data, edges, weight, points.dtype, given ? searched : searchedNear);
  if (density) normalize(counts, edges);
  return { counts, edges };
}

/** One column of points, and as many weights. */
const column = (tensor: Tensor): Tensor => fromData(rowMajor(tensor), [tensor.numel, 1], tensor.dtype);
const flat = (tensor: Tensor | null): Tensor | null =>
  tensor === null ? null : fromData(rowMajor(tensor), [tensor.numel], tensor.dtype);

/** PyTorch records that there is no derivative. */
const underivable = {
  out: sameHistogram,
  node: 'NotImplemented',
  gradients: { self: { formula: 'PyTorch has none', rule: () => null } },
} as const;
const noDerivative = (name: string) => () => {
  throw runtimeError(`derivative for aten::${name} is not implemented`);
};

define(histogram, {
  ...underivable,
  joint: noDerivative('histogram'),
  kernel: (self, bins, range, weight, density) => {
    const { counts, edges } = histogramOf(column(self), [bins], range, flat(weight), density);
    return [counts, edges[0]!];
  },
});
define(histogramEdges, {
  ...underivable,
  joint: noDerivative('histogram'),
  kernel: (self, bins, weight, density) => {
    const { counts, edges } = histogramOf(column(self), [bins], null, flat(weight), density);
    return [counts, edges[0]!];
  },
});

/** The last dimension of self holds the coordinates of a point. */
function histogramddKernel(
  self: Tensor,
  bins: readonly (number | Tensor)[],
  range: readonly number[] | null,
  weight: Tensor | null,
  density: boolean,
): readonly Tensor[] {
  const dims = self.shape.at(-1)!;
  if (self.rank < 2) throw runtimeError('torch.histogramdd: input tensor should have at least 2 dimensions');
  if (bins.length !== dims) {
    if (bins.length < dims)
      throw runtimeError(`torch.histogram(): bins must be > 0, but got 0 for dimension ${bins.length}`);
    throw runtimeError(
      `torch.histogramdd: expected ${dims} sequences of bin edges for a ${dims}-dimensional histogram but got ${bins.length}`,
    );
  }
  const { counts, edges } = histogramOf(self, bins, range, weight, density);
  return [counts, edges as unknown as Tensor];
}

const functions = { variants: { method: false }, composite: true } as const;

define(histogramdd, {
  ...functions,
  kernel: (self, bins, range, weight, density) => histogramddKernel(self, bins, range, weight, density),
});
define(histogramddCount, {
  ...functions,
  kernel: (self, bins, range, weight, density) =>
    histogramddKernel(self, new Array<number>(self.shape.at(-1) ?? 0).fill(bins), range, weight, density),
});
define(histogramddEdges, {
  ...functions,
  kernel: (self, bins, range, weight, density) => histogramddKernel(self, bins, range, weight, density),
});

define(histc, {
  out: sameHistogram,
  kernel: (self, bins, min, max) => {
    requireKernel(limits('aminmax_cpu', 'half', 'complex'), self.dtype);
    if (bins <= 0) throw runtimeError(`torch.histogram(): bins must be > 0, but got ${bins} for dimension 0`);
    const data = rowMajor(self) as NumberData;
    let [low, high] = [Number(min), Number(max)];
    requireKernel(limits('linspace_cpu', 'bool'), self.dtype);
    if (low === high && self.numel > 0) [low, high] = extent(Array.from(data, Number) as unknown as NumberData, 1, 0);
    if (low === high) [low, high] = [low - 1, high + 1];
    if (!Number.isFinite(low) || !Number.isFinite(high))
      throw runtimeError(`torch.histc: range of [${low}, ${high}] is not finite`);
    if (low >= high) throw runtimeError('torch.histc: max must be larger than min');
    requireKernel(limits('histogram_cpu', 'int'), self.dtype);
    return count(data, [spaced(low, high, bins + 1, self.dtype, (value) => value)], null, self.dtype, interpolated);
  },
});

define(bincount, {
  kernel: (self, weights, minlength) => {
    requireKernel(limits('bincount_cpu', 'bool', 'half', 'bfloat16', 'float', 'complex'), self.dtype);
    if (minlength < 0) throw runtimeError('minlength should be >= 0');
    const values = Array.from(rowMajor(self) as ArrayLike<number | bigint>, Number);
    if (self.rank === 1 && values.length === 0) return emptyTensor([minlength], int64);
    if (self.rank !== 1 || values.some((value) => value < 0))
      throw runtimeError('bincount only supports 1-d non-negative integral inputs.');
    if (weights !== null && !sameShape(weights.shape, self.shape))
      throw runtimeError('weights should be 1-d and have the same length as input');
    const dtype = weights === null ? int64 : weights.dtype === float32 ? float32 : float64;
    const out = emptyTensor([Math.max(minlength, values.reduce((a, b) => Math.max(a, b), 0) + 1)], dtype);
    addUp(values, weights, out);
    return out;
  },
});

function addUp(values: readonly number[], weights: Tensor | null, out: Tensor): void {
  const { data } = out.storage;
  if (data instanceof BigInt64Array) {
    for (const value of values) data[value]!++;
    return;
  }
  const shares = Array.from(rowMajor(weights!) as ArrayLike<number | bigint>, Number);
  values.forEach((value, i) => {
    data[value]! += shares[i]!;
  });
}
