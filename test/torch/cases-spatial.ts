/** Padding, shuffling, resampling: shapes, limits and messages where PyTorch's own samples do not look. */
import type { Case, Given } from './harness.ts';
import { bools, group, ints, k, type Row, vec, x, y } from './leaves.ts';

const big = (...values: number[]): Given => values.map((value) => BigInt(value));

/** One call in each mode that pads with what the image has. */
const inModes = (image: Given, ...pad: number[]): Row[] =>
  ['reflect', 'replicate', 'circular'].map((mode) => ['F.pad', [image, big(...pad), mode]] as const);

const pads = group(0, [
  ...inModes(x(1, 2, 3), 2, 1),
  ...inModes(x(2, 3), 1, 2),
  ...inModes(x(2, 3, 3), 1, 2, 2, 0),
  ...inModes(x(1, 2, 3, 3), -1, 2, 2, -1),
  ...inModes(x(1, 2, 3, 3), 3, 0, 0, 0),
  ...inModes(x(1, 1, 2, 3, 3), 1, 0, 2, 1, 1, 0),
  ...inModes(x(1, 1, 2, 3, 3), 0, 0, 0, 0, 2, 0),
  ...inModes(x(2, 2, 3), -3, 0),
  ...inModes(x(2, 2, 3), -2, -2),
  ...inModes(x(1, 0, 3), 1, 1),
  ...inModes(x(0, 2, 3), 1, 1),
  ...inModes(x(3), 1, 1),
  ...inModes(x(1, 2, 3), 1),
  ...inModes(ints([1, 2, 3], 'int64', [1, 1, 3]), 1, 1),
  ['F.pad', [x(2, 3), big(1, 1), 'reflect', 1]],
  ['F.pad', [x(2, 3), big(1, 1), 'mirror']],
  ['F.pad', [x(2, 3), big(1, -1, 0, 2)], { value: 2.5 }],
  ['F.pad', [bools(true, false), big(1, 1)], { value: 1 }],
  ['F.pad', [x(3), big(1, 1, 1, 1)]],
  ['constant_pad_nd', [x(3), big(1, 1, 1, 1)]],
  ['F.pad', [vec(-0), big(1, 1)]],
]);

const shuffles = group(0, [
  ['pixel_shuffle', [x(1, 8, 1, 2), 2n]],
  ['F.pixel_shuffle', [x(8, 1, 2), 3n]],
  ['F.pixel_shuffle', [x(8, 2), 2n]],
  ['F.pixel_shuffle', [x(8, 1, 2), 0n]],
  ['F.pixel_unshuffle', [x(1, 2, 4, 2), 2n]],
  ['F.pixel_unshuffle', [x(2, 3, 2), 2n]],
  ['F.pixel_unshuffle', [x(2, 2, 3), 2n]],
  ['F.channel_shuffle', [x(1, 4, 1, 2), 2n]],
  ['F.channel_shuffle', [x(1, 4, 2), 3n]],
  ['F.channel_shuffle', [x(4, 2), 2n]],
]);

const columns = group(0, [
  ['F.unfold', [x(1, 2, 3, 4), 2n]],
  ['F.unfold', [x(2, 3, 4), big(2, 3)], { padding: 1n, stride: 2n, dilation: big(1, 2) }],
  ['F.unfold', [x(1, 1, 2, 2), 6n]],
  ['F.unfold', [x(1, 1, 2, 2), 0n]],
  ['F.unfold', [x(1, 1, 2, 2), 1n], { dilation: 0n }],
  ['F.unfold', [x(1, 1, 2, 2), 1n], { stride: 0n }],
  ['F.unfold', [x(1, 1, 2, 2), 1n], { padding: -1n }],
  ['F.unfold', [x(1, 1, 1, 2, 2), 1n]],
  ['F.unfold', [ints([1, 2, 3, 4], 'int64', [1, 2, 2]), 1n]],
  ['F.fold', [x(1, 8, 6), big(3, 4), 2n]],
  ['F.fold', [x(4, 6), big(4, 5), 2n], { stride: 2n, padding: big(0, 1) }],
  ['F.fold', [x(4, 5), big(3, 4), 2n]],
  ['F.fold', [x(1, 5, 6), big(3, 4), 2n]],
  ['F.fold', [x(1, 4, 6), big(1, 1), 2n]],
  ['F.fold', [x(4), big(3, 4), 2n]],
]);

const empty = x(1, 0, 3, 3);
const pools = group(0, [
  ['F.max_pool1d', [k(2, 3), 0n]],
  ['F.max_pool1d', [x(2, 3), 0n]],
  ['F.max_pool1d', [k(2, 3), 2n], { dilation: 0n }],
  ['F.max_pool1d', [x(2, 3), 2n], { dilation: 0n }],
  ['F.max_pool1d', [k(2, 3), 4n]],
  ['F.max_pool1d', [k(2, 3), 9n]],
  ['F.max_pool1d', [x(3), 1n]],
  ['F.max_pool2d', [empty, 1n]],
  ['F.max_pool2d', [x(2, 3), 1n]],
  ['F.avg_pool1d', [x(3), 1n]],
  ['F.avg_pool2d', [empty, 1n]],
  ['F.avg_pool3d', [x(1, 0, 3, 3, 1), 1n]],
  ['F.avg_pool3d', [x(1, 2, 3, 1), 3n]],
  ['F.max_pool3d', [x(1, 0, 3, 3, 1), 1n]],
  ['F.adaptive_avg_pool1d', [x(3), 1n]],
  ['F.adaptive_avg_pool2d', [x(2, 0, 3), 2n]],
  ['F.adaptive_avg_pool2d', [x(2, 2, 3), -2n]],
  ['F.adaptive_max_pool2d', [x(0, 2, 3), 2n]],
  ['F.adaptive_max_pool2d', [empty, 2n]],
  ['F.adaptive_max_pool3d', [x(2, 2, 3), 2n]],
]);

const neighbours = group(8, [
  ['F.local_response_norm', [x(1, 4, 3), 3n]],
  ['F.local_response_norm', [x(1, 3, 2, 2), 2n], { alpha: 0.5, beta: 0.5, k: 2 }],
  ['F.local_response_norm', [x(4, 3), 2n]],
]);

/** Every mode at every border, inside and far beyond; in three dimensions without cubics. */
const samples: Row[] = [0n, 1n, 2n].flatMap((mode) =>
  [0n, 1n, 2n].flatMap((border) =>
    [true, false].flatMap((corners): Row[] => {
      const flat: Row = ['grid_sampler', [x(1, 2, 3, 4), y(1, 2, 3, 2), mode, border, corners]];
      const deep: Row = ['grid_sampler', [x(1, 1, 2, 3, 2), y(1, 1, 2, 2, 3), mode, border, corners]];
      return [flat, deep];
    }),
  ),
);
const sampling = group(64, [
  ...samples,
  ['grid_sampler', [x(2, 1, 2, 2), y(1, 2, 2, 2), 0n, 0n, true]],
  ['grid_sampler', [x(1, 1, 2, 2), y(1, 2, 2, 3), 0n, 0n, true]],
  ['grid_sampler', [x(1, 1, 0, 2), y(1, 2, 2, 2), 0n, 0n, true]],
  ['affine_grid_generator', [x(2, 2, 3), big(2, 1, 2, 3), false]],
  ['affine_grid_generator', [x(1, 2, 3), big(1, 1, 1, 4), true]],
  ['affine_grid_generator', [x(1, 3, 4), big(1, 1, 2, 3, 2), true]],
]);

export const spatialCases: readonly Case[] = [...pads, ...shuffles, ...columns, ...pools, ...neighbours, ...sampling];
