/** Reductions, orders and what is made of them: ties, nans, empty lines, and what is refused. */
import { dtypes } from '../../src/engine/index.ts';
import { type Case, fl } from './harness.ts';
import { bools, dbl, group, ints, k, leaf, vec, x, y } from './leaves.ts';

const NAN = Number.NaN;
const INF = Number.POSITIVE_INFINITY;
/** Few different values: equal ones in their dozens. */
const tied = (n: number) => ints(Array.from({ length: n }, (_, i) => (i * 7 + ((i * i) % 11)) % 6));
const empty = (...shape: number[]) => leaf([], shape, 'float32', false);
/** Floats of very different sizes: their sum depends on the order of the additions. */
const uneven = (...shape: number[]) =>
  leaf(
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.fround(Math.sin(i * 1.7) * 10 ** (i % 7))),
    shape,
    'float32',
    false,
  );

const ties = group(0, [
  ['sort', [tied(9)]],
  ['sort', [tied(60)]],
  ['sort', [tied(60)], { descending: true }],
  ['sort', [tied(60)], { stable: true }],
  ['argsort', [tied(60)], { stable: true, descending: true }],
  ['topk', [tied(60), 5n]],
  ['topk', [tied(60), 1n]],
  ['topk', [tied(400), 5n]],
  ['topk', [tied(60), 20n], { largest: false, sorted: false }],
  ['kthvalue', [tied(60), 30n]],
  ['median', [tied(60), 0n]],
  ['median', [tied(7), 0n]],
  ['mode', [tied(60)]],
  ['cummax', [tied(9), 0n]],
  ['cummin', [tied(9), 0n]],
  ['argmax', [tied(9)]],
  ['unique', [tied(60)], { return_inverse: true, return_counts: true }],
  ['unique', [tied(60)], { sorted: false }],
  [
    'unique',
    [leaf([0.5, 2, 0.5, -1.25, 7, 1e9, -0.0, 0], [8], 'float64', false)],
    { sorted: false, return_inverse: true },
  ],
  ['unique_consecutive', [ints([1, 1, 2, 2, 2, 1])], { return_counts: true }],
  ['max', [vec(1, 3, 3)]],
  ['amax', [vec(1, 3, 3), 0n]],
  ['median', [vec(2, 1, 1, 2)]],
]);

const nans = group(0, [
  ['sort', [vec(3, NAN, 1, NAN)]],
  ['sort', [vec(3, NAN, 1)], { descending: true }],
  ['topk', [vec(1, NAN, 3), 2n]],
  ['kthvalue', [vec(1, NAN, 3), 2n]],
  ['median', [vec(1, NAN, 3), 0n]],
  ['nanmedian', [vec(1, NAN, 3, 2), 0n]],
  ['nanmedian', [vec(NAN, NAN)]],
  ['cummax', [vec(1, NAN, 3, NAN), 0n]],
  ['max', [vec(1, NAN, 3)]],
  ['amin', [vec(1, NAN, 3)]],
  ['argmin', [vec(1, NAN, 3)]],
  ['nansum', [vec(1, NAN, 3)]],
  ['nanmean', [vec(1, NAN, 3)]],
  ['logsumexp', [vec(INF, 1), 0n]],
  ['logsumexp', [vec(-INF, -INF), 0n]],
  ['logcumsumexp', [vec(-INF, -INF, INF, NAN), 0n]],
  ['quantile', [vec(1, NAN, 3), fl(0.5)]],
  ['nanquantile', [vec(1, NAN, 3), fl(0.5)]],
  ['any', [vec(0, NAN)]],
  ['isin', [vec(1, NAN), vec(NAN)]],
  ['searchsorted', [vec(1, 3, 5), vec(NAN, INF, 3)], { right: true }],
  ['unique', [vec(3, NAN, 1, NAN)], { return_counts: true }],
]);

const nothing = group(0, [
  ['sum', [empty(0)]],
  ['sum', [empty(0, 3), 0n]],
  ['mean', [empty(0)]],
  ['prod', [empty(0, 2), 0n]],
  ['var', [empty(0)]],
  ['std', [leaf([1], [1], 'float32', false)]],
  ['max', [empty(0)]],
  ['max', [empty(0, 2), 0n]],
  ['max', [empty(0, 2), 1n]],
  ['amax', [empty(0, 2), 0n]],
  ['argmax', [empty(0)]],
  ['aminmax', [empty(0)]],
  ['aminmax', [empty(0, 2)], { dim: 0n }],
  ['median', [empty(0)]],
  ['median', [empty(0, 2), 0n]],
  ['mode', [empty(0, 2)]],
  ['kthvalue', [empty(2, 0), 1n]],
  ['sort', [empty(0, 2)]],
  ['cumsum', [empty(0, 2), 0n]],
  ['norm', [empty(0, 2)], { p: INF }],
  ['linalg.vector_norm', [empty(0, 2), INF, 0n]],
  ['logsumexp', [empty(0), 0n]],
  ['quantile', [empty(0), fl(0.5)]],
  ['all', [empty(0)]],
  ['any', [empty(0, 2), 0n]],
  ['unique', [empty(0, 3)], { dim: 1n }],
  ['bincount', [ints([])], { minlength: 3n }],
  ['histc', [empty(0)], { bins: 3n }],
  ['trapezoid', [empty(2, 0)]],
]);

/** In PyTorch's own order of additions. */
const rounding = group(0, [
  ['sum', [uneven(1000)]],
  ['sum', [uneven(37, 29), 0n]],
  ['sum', [uneven(37, 29), 1n]],
  ['sum', [uneven(5, 7, 300), [0n, 2n]]],
  ['mean', [uneven(1000)]],
  ['mean', [uneven(37, 29), 0n]],
  ['nansum', [uneven(1000)]],
  ['cumsum', [uneven(100), 0n]],
  ['cumprod', [x(20), 0n]],
  ['.sum', [uneven(64, 3), 0n], { keepdim: true }],
]);

const slopes = group(8, [
  ['prod', [vec(1, 0, 3)]],
  ['prod', [vec(1, 0, 0)]],
  ['prod', [leaf([1, 0, 2, 3, 0, 0], [2, 3], 'float32', true), 1n]],
  ['cumprod', [vec(2, 0, 3, 0, 4), 0n]],
  ['var', [x(3, 4), 1n], { correction: 2n }],
  ['std', [vec(2, 2, 2)]],
  ['std_mean', [x(3, 4), [0n, 1n]]],
  ['var_mean', [dbl(5)]],
  ['norm', [vec(0, 0)]],
  ['norm', [x(3, 4)], { p: fl(3), dim: 1n }],
  ['norm', [vec(3, -3, 1)], { p: INF }],
  ['norm', [x(3, 4)], { dim: [0n, 1n] }],
  ['dist', [x(4), y(4), fl(1)]],
  ['renorm', [x(3, 4), fl(2), 0n, fl(1)]],
  ['quantile', [dbl(3, 4), fl(0.3), 1n], { keepdim: true }],
  ['cov', [dbl(2, 4)]],
  ['corrcoef', [dbl(2, 4)]],
  ['gradient', [dbl(5)], { spacing: fl(0.5), edge_order: 2n }],
  ['trapezoid', [x(2, 4)], { dx: fl(0.5) }],
  ['cumulative_trapezoid', [x(2, 4), y(4)]],
  ['masked.mean', [x(2, 3), 1n], { mask: leaf([true, false, true], [3], 'bool', false) }],
  ['masked.softmax', [x(3), 0n], { mask: bools(true, false, true) }],
]);

const refused = group(0, [
  ['topk', [k(3), 4n]],
  ['kthvalue', [k(3), 0n]],
  ['sum', [k(2, 2), [0n, 0n]]],
  ['mean', [ints([1, 2])]],
  ['var', [ints([1, 2])]],
  ['norm', [ints([1, 2])]],
  ['norm', [k(2, 2, 2)], { p: 'fro', dim: [0n, 1n, 2n] }],
  ['median', [bools(true)]],
  ['cumsum', [k(3), 2n]],
  ['quantile', [k(3), fl(1.5)]],
  ['histc', [k(3)], { bins: 0n }],
  ['histogram', [k(3), 2n], { range: [fl(1), fl(0)] }],
  ['bincount', [ints([-1, 2])]],
  ['searchsorted', [k(3), k(2)], { side: 'middle' }],
  ['bucketize', [k(3), k(2, 2)]],
  ['cov', [k(2, 2, 2)]],
  ['gradient', [k(2)], { edge_order: 2n }],
  ['softmax', [ints([1, 2]), 0n, dtypes.int64 as never]],
  ['all', [k(2), 3n]],
  ['masked.amax', [bools(true)]],
]);

export const reductions: readonly Case[] = [ties, nans, nothing, rounding, slopes, refused].flat();
