/** Activations, losses and normalisations where PyTorch's own samples do not look: kinks, nan, limits and messages. */
import { type Case, fl } from './harness.ts';
import { group, ints, k, leaf, pos, unit, vec, x, y } from './leaves.ts';

const NAN = Number.NaN;
const INF = Number.POSITIVE_INFINITY;
/** Where the pieces of piecewise functions meet. */
const kinks = vec(-3, -1, -0.5, 0, 0.5, 1, 3, 6, NAN, INF, -INF);
const fixed = (...values: number[]) => leaf(values, [values.length], 'float32', false);
const none = { reduction: 'none' };

const exactly = group(0, [
  ['F.relu', [kinks]],
  ['F.relu6', [kinks]],
  ['F.hardtanh', [kinks]],
  ['F.hardtanh', [kinks, fl(-0.5), fl(0.5)]],
  ['F.threshold', [kinks, fl(0.5), fl(-7)]],
  ['F.hardshrink', [kinks]],
  ['F.softshrink', [kinks]],
  ['F.relu', [ints([-2, 0, 3])]],
  ['F.relu6', [ints([-2, 0, 9])]],
  ['F.hardtanh', [ints([-2, 0, 3], 'uint8')]],
  ['F.prelu', [vec(-2, 0, 3, NAN), vec(0.25)]],
  ['F.prelu', [x(2, 3), vec(0.25, 0.5)]],
  ['F.softshrink', [x(3), fl(-1)]],
  ['F.celu', [x(3), fl(0)]],
  ['F.elu', [ints([1, 2])]],
  ['F.gelu', [x(3)], { approximate: 'erf' }],
  ['F.glu', [x(3)]],
  ['F.dropout', [x(3), fl(1.5)]],
  ['F.one_hot', [ints([2, 0, 1])]],
  ['F.one_hot', [ints([2, 0, 1]), 2n]],
  ['F.one_hot', [ints([-1])]],
  ['F.embedding', [ints([1, 1, 3]), x(4, 2)]],
  ['F.embedding', [ints([1, 1, 3]), x(4, 2)], { padding_idx: 1n }],
  ['F.embedding', [ints([1, 1, 3]), x(4, 2)], { scale_grad_by_freq: true }],
  ['F.embedding', [ints([4]), x(4, 2)]],
  ['F.embedding', [ints([1]), x(4, 2)], { padding_idx: 4n }],
]);

const closely = group(4, [
  ['F.elu', [kinks]],
  ['F.selu', [kinks]],
  ['F.celu', [kinks, fl(2)]],
  ['F.hardswish', [kinks]],
  ['F.hardsigmoid', [vec(-3, -1, 0, 1, 3, NAN)]],
  ['F.softplus', [vec(-30, -1, 0, 1, 19, 21, NAN)]],
  ['F.logsigmoid', [vec(-100, -1, 0, 1, 100, NAN)]],
  ['F.smooth_l1_loss', [vec(-2, -1, 0, 1, 2, NAN), fixed(0, 0, 0, 0, 0, 0)], none],
  ['F.smooth_l1_loss', [vec(-2, 0, 2), fixed(0, 0, 0)], { ...none, beta: fl(0) }],
  ['F.huber_loss', [vec(-2, -1, 0, 1, 2, NAN), fixed(0, 0, 0, 0, 0, 0)], none],
  ['F.huber_loss', [x(3), k(3)], { delta: fl(0) }],
  ['F.smooth_l1_loss', [x(3), k(3)], { beta: fl(-1) }],
  ['F.l1_loss', [vec(1, 2, 3), fixed(1, 1, 4)], none],
  ['F.mse_loss', [x(2, 3), y(2, 3)], { reduction: 'product' }],
  ['F.mse_loss', [x(2, 3), y(2, 3)], { size_average: false }],
  ['F.mse_loss', [x(2, 3), y(2, 3)], { reduce: false }],
  ['F.binary_cross_entropy', [vec(0, 1, 0.5), fixed(1, 0, 0.5)], none],
  ['F.binary_cross_entropy', [vec(2), fixed(1)]],
  ['F.binary_cross_entropy', [unit(3), fixed(1, 0)]],
  ['F.binary_cross_entropy_with_logits', [vec(-200, 0, 200), fixed(1, 0, 0)], none],
  ['F.binary_cross_entropy_with_logits', [x(3), fixed(1, 0)]],
  ['F.nll_loss', [x(3, 2), ints([0, -100, 1])]],
  ['F.nll_loss', [x(3, 2), ints([0, 1, 1])], { ignore_index: 1n, ...none }],
  ['F.nll_loss', [x(2, 2), ints([-100, -100])]],
  ['F.nll_loss', [x(2, 3, 4), ints([0, 1, 2, 0, 1, 2, 0, 2], 'int64', [2, 4])]],
  ['F.nll_loss', [x(2, 3), ints([0, 3])]],
  ['F.nll_loss', [x(2, 3), ints([0, 1, 2])]],
  ['F.cross_entropy', [x(2, 3), ints([0, 2])], { label_smoothing: fl(0.1) }],
  ['F.cross_entropy', [x(2, 3), ints([0, 2])], { label_smoothing: fl(1.5) }],
  ['F.cross_entropy', [x(2, 3), ints([0, 2], 'int32')]],
  ['F.cross_entropy', [x(2, 3), k(2)]],
  ['F.kl_div', [x(2, 3), unit(2, 3)], { reduction: 'batchmean' }],
  ['F.poisson_nll_loss', [x(3), fixed(0, 1, 5)], { full: true }],
  ['F.margin_ranking_loss', [vec(1, 2), vec(1, 1), fixed(1, -1)], { margin: fl(0) }],
  ['F.hinge_embedding_loss', [vec(0.5, 1, 2), fixed(1, -1, -1)]],
  ['F.multi_margin_loss', [x(2, 3), ints([0, 2])]],
  ['F.multi_margin_loss', [x(2, 3), ints([0, 3])]],
  ['F.triplet_margin_loss', [x(2, 3), y(2, 3), k(2, 3)]],
  ['F.layer_norm', [x(2, 4), [4n], pos(4), x(4)]],
  ['F.layer_norm', [x(2, 4), [3n]]],
  ['F.batch_norm', [x(3, 2), k(2), fixed(1, 2), pos(2), x(2)]],
  ['F.batch_norm', [x(1, 2), null, null], { training: true }],
  ['F.group_norm', [x(2, 4), 3n]],
  ['F.instance_norm', [x(2, 3, 1)]],
  ['F.cosine_similarity', [x(2, 3), y(2, 3)]],
  ['F.pairwise_distance', [x(2, 3), y(2, 3)]],
]);

export const nnCases: readonly Case[] = [...exactly, ...closely];
