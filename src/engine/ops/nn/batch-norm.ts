/** Batch normalisation: per channel, over all else; and instance normalisation, which takes each example as a batch. */

import { context } from '../../context.ts';
import { runtimeError, valueError } from '../../errors.ts';
import { assignRaw } from '../../inplace.ts';
import { declare, define } from '../../registry.ts';
import { formatShape, numel, type Shape } from '../../shape.ts';
import { type NumberData, rowMajor } from '../../strided.ts';
import { emptyTensor, type Tensor } from '../../tensor.ts';
import { add, mul, sub } from '../arithmetic.ts';
import { clone } from '../cast.ts';
import { contiguous } from '../conversion.ts';
import { rsqrt } from '../exponential.ts';
import { reshape, select, view } from '../movement.ts';
import { fromData } from '../pointwise.ts';
import { sumToSize } from '../reduction.ts';
import { repeat } from '../repetition.ts';
import { requireNoGrad } from '../undifferentiable.ts';
import { requireFloating, roundOf } from './elementwise.ts';
import { face, internal } from './face.ts';
import { requireChannels, requireSeveral } from './group-norm.ts';
import { affine, doubleBackward, type Group, moments } from './normalization.ts';

const nativeBatchNorm = declare(
  'native_batch_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool training, float momentum, float eps) -> (Tensor, Tensor, Tensor)',
);
const batchNormBackward = declare(
  'native_batch_norm_backward(Tensor grad_out, Tensor input, Tensor? weight, Tensor? running_mean, Tensor? running_var, Tensor? save_mean, Tensor? save_invstd, bool train, float eps) -> (Tensor, Tensor, Tensor)',
);

type Running = { readonly mean: Tensor | null; readonly variance: Tensor | null };

const data = (tensor: Tensor | null): NumberData | null => (tensor === null ? null : (rowMajor(tensor) as NumberData));

/** The elements of one channel. */
function channelOf(input: Tensor): Group {
  const inner = numel(input.shape.slice(2));
  return { outer: input.shape[0]!, jump: input.shape[1]! * inner, inner };
}

/** A new running statistic: what it was, moved towards what was seen. */
function move(running: Tensor | null, seen: NumberData, momentum: number): void {
  if (running === null) return;
  const before = rowMajor(running) as NumberData;
  const after = running.dtype.allocate(before.length) as NumberData;
  for (let c = 0; c < after.length; c++) after[c] = momentum * seen[c]! + (1 - momentum) * before[c]!;
  assignRaw(running, fromData(after, running.shape, running.dtype));
  context.observer?.write(running, 'native_batch_norm');
}

/** Mean and σ⁻¹ of each channel of this batch; the running statistics learn of them. */
function batchStatistics(input: Tensor, running: Running, momentum: number, eps: number): [Tensor, Tensor] {
  const channels = input.shape[1]!;
  const group = channelOf(input);
  const n = group.outer * group.inner;
  const x = data(input)!;
  const [means, invstds] = [emptyTensor([channels], input.dtype), emptyTensor([channels], input.dtype)];
  const unbiased = new Float64Array(channels);
  for (let c = 0; c < channels; c++) {
    const [mean, squares] = moments(x, c * group.inner, group);
    means.storage.data[c] = mean;
    invstds.storage.data[c] = 1 / Math.sqrt(squares / n + eps);
    unbiased[c] = squares / (n - 1);
  }
  move(running.mean, means.storage.data as NumberData, momentum);
  move(running.variance, unbiased as unknown as NumberData, momentum);
  return [means, invstds];
}

/** Mean and σ⁻¹ of each channel as they were learned. */
function learnedStatistics(input: Tensor, { mean, variance }: Running, eps: number): [NumberData, NumberData] {
  const [means, variances] = [data(mean)!, data(variance)!];
  const invstds = input.dtype.allocate(variances.length) as NumberData;
  for (let c = 0; c < invstds.length; c++) invstds[c] = 1 / Math.sqrt(variances[c]! + eps);
  return [means, invstds];
}

define(nativeBatchNorm, {
  variants: { method: false },
  kernel: (input, weight, bias, runningMean, runningVar, training, momentum, eps) => {
    requireNoGrad('native_batch_norm', { running_mean: runningMean, running_var: runningVar });
    requireFloating('batch_norm', input.dtype);
    const running = { mean: runningMean, variance: runningVar };
    const saved = training ? batchStatistics(input, running, momentum, eps) : null;
    const [means, invstds] =
      saved === null
        ? learnedStatistics(input, running, eps)
        : (saved.map((one) => one.storage.data) as [NumberData, NumberData]);
    const out = emptyTensor(input.shape, input.dtype);
    const [x, y, w, b] = [data(input)!, out.storage.data as NumberData, data(weight), data(bias)];
    const round = roundOf(input.dtype);
    const { outer, jump, inner } = channelOf(input);
    for (let c = 0; c < means.length; c++) {
      const scale = round(invstds[c]! * (w?.[c] ?? 1));
      const shift = round((b?.[c] ?? 0) - round(means[c]! * scale));
      for (let o = 0; o < outer; o++) affine(x, y, o * jump + c * inner, inner, scale, shift);
    }
    return [out, ...(saved ?? [emptyTensor([0], input.dtype), emptyTensor([0], input.dtype)])];
  },
  differentiable: [0],
  joint: ([g], s) => {
    if (g == null) return [null, null, null];
    const [mean, invstd] = s.training ? [s.outputAt(1), s.outputAt(2)] : [null, null];
    const parts = batchNormBackward(
      g,
      s.input,
      s.weight,
      s.running_mean,
      s.running_var,
      mean,
      invstd,
      s.training,
      s.eps,
    );
    return [parts[0]!, s.isNeeded(1) ? parts[1]! : null, s.isNeeded(2) ? parts[2]! : null];
  },
  gradients: {
    input: {
      formula:
        '∂L/∂input = weight · σ⁻¹ (upstream − mean(upstream) − x̂ · mean(upstream · x̂)) with x̂ = (input − mean) / σ; weight · σ⁻¹ · upstream in evaluation',
      saves: ['input', 'weight', 'results'],
      rule: (g) => g,
    },
    weight: { formula: '∂L/∂weight = Σ upstream · x̂', saves: ['input', 'weight', 'results'], rule: (g) => g },
    bias: { formula: '∂L/∂bias = Σ upstream', saves: ['input', 'weight', 'results'], rule: (g) => g },
  },
});

const ALL = ['grad_out', 'input', 'weight', 'save_mean', 'save_invstd'] as const;

define(batchNormBackward, {
  ...internal,
  kernel: (grad, input, weight, runningMean, runningVar, mean, invstd, train, eps) => {
    const [means, invstds] = train
      ? [data(mean)!, data(invstd)!]
      : learnedStatistics(input, { mean: runningMean, variance: runningVar }, eps);
    const channels = input.shape[1]!;
    const out = emptyTensor(input.shape, input.dtype);
    const [x, g, w, to] = [data(input)!, data(grad)!, data(weight), out.storage.data as NumberData];
    const sums = [new Float64Array(channels), new Float64Array(channels)] as const;
    const group = channelOf(input);
    for (let c = 0; c < channels; c++) {
      const stats = [means[c]!, invstds[c]!, w?.[c] ?? 1] as const;
      [sums[0][c], sums[1][c]] = backwardChannel(x, g, to, c * group.inner, group, stats, train);
    }
    return [out, ...sums.map((sum) => stored(sum, [channels], input))];
  },
  joint: ([byInput, byWeight, byBias], s) => {
    const perChannel = s.input.shape.map((_, d) => (d === 1 ? -1 : 1));
    const to = (tensor: Tensor | null | undefined): Tensor | null =>
      tensor == null ? null : reshape(tensor, perChannel);
    const given = { input: byInput ?? null, weight: to(byWeight), bias: to(byBias) };
    const dims = s.input.shape.map((_, d) => d).filter((d) => d !== 1);
    const [onG, onX, onWeight] = s.train
      ? doubleBackward(s.grad_out, s.input, to(s.weight), given, dims, s.eps)
      : evaluationDoubleBackward(
          s.grad_out,
          s.input,
          to(s.weight),
          given,
          [to(s.running_mean)!, to(s.running_var)!],
          s.eps,
        );
    const kept = s.input.shape.map((size, d) => (d === 1 ? size : 1));
    const summed = s.weight === null || onWeight === null ? null : reshape(sumToSize(onWeight, kept), [kept[1]!]);
    return [onG, onX, summed, null, null];
  },
  gradients: {
    grad_out: { formula: '∂L/∂grad_out = the normalisation’s differential', saves: ALL, rule: (g) => g },
    input: { formula: '∂L/∂input = second derivative of the normalisation', saves: ALL, rule: (g) => g },
    weight: { formula: '∂L/∂weight = Σ upstream · normalised grad_out', saves: ALL, rule: (g) => g },
    save_mean: { formula: 'contained in ∂L/∂input', saves: ALL, rule: () => null },
    save_invstd: { formula: 'contained in ∂L/∂input', saves: ALL, rule: () => null },
  },
});

/** One channel's gradient by input; answers with those by its weight and its bias. */
function backwardChannel(
  x: NumberData,
  g: NumberData,
  to: NumberData,
  start: number,
  { outer, jump, inner }: Group,
  [mean, invstd, weight]: readonly [number, number, number],
  train: boolean,
): [number, number] {
  let sum = 0;
  let along = 0;
  for (let o = 0; o < outer; o++) {
    for (let i = start + o * jump; i < start + o * jump + inner; i++) {
      sum += g[i]!;
      along += g[i]! * (x[i]! - mean) * invstd;
    }
  }
  const n = outer * inner;
  const [flat, slope] = train ? [sum / n, along / n] : [0, 0];
  for (let o = 0; o < outer; o++) {
    for (let i = start + o * jump; i < start + o * jump + inner; i++) {
      to[i] = weight * invstd * (g[i]! - flat - (x[i]! - mean) * invstd * slope);
    }
  }
  return [along, sum];
}

/** With statistics that do not depend on the input, all is linear. */
function evaluationDoubleBackward(
  g: Tensor,
  x: Tensor,
  weight: Tensor | null,
  given: { input: Tensor | null; weight: Tensor | null; bias: Tensor | null },
  [mean, variance]: readonly [Tensor, Tensor],
  eps: number,
): readonly [Tensor, Tensor, Tensor | null] {
  const invstd = rsqrt(add(variance, eps));
  const zero = emptyTensor(x.shape, x.dtype);
  let [onG, onX]: [Tensor, Tensor] = [zero, zero];
  let onWeight: Tensor | null = null;
  if (given.input !== null) {
    const through = mul(given.input, invstd);
    onG = weight === null ? through : mul(through, weight);
    onWeight = mul(through, g);
  }
  if (given.weight !== null) {
    onG = add(onG, mul(given.weight, mul(sub(x, mean), invstd)));
    onX = mul(mul(given.weight, invstd), g);
  }
  if (given.bias !== null) onG = add(onG, given.bias);
  return [onG, onX, onWeight];
}

/** Sums in double precision, in the dtype of another tensor. */
function stored(sums: Float64Array, shape: Shape, like: Tensor): Tensor {
  const out = like.dtype.allocate(sums.length) as NumberData;
  out.set(sums);
  return fromData(out, shape, like.dtype);
}

function checkChannels(input: Tensor, named: readonly (readonly [string, Tensor | null])[], training: boolean): void {
  const channels = input.shape[1]!;
  for (const [name, tensor] of named) {
    if (tensor === null && !training && name.startsWith('running')) {
      throw runtimeError(`${name} must be defined in evaluation mode`);
    }
    if (tensor !== null && tensor.numel !== channels) {
      throw runtimeError(`${name} should contain ${channels} elements not ${tensor.numel}`);
    }
  }
}

function batchNorm(
  input: Tensor,
  weight: Tensor | null,
  bias: Tensor | null,
  mean: Tensor | null,
  variance: Tensor | null,
  training: boolean,
  momentum: number,
  eps: number,
): Tensor {
  if (input.numel === 0) return emptyBatch(input, weight, bias);
  requireChannels(input);
  const running = [
    ['running_mean', mean],
    ['running_var', variance],
  ] as const;
  checkChannels(input, [...running, ['weight', weight], ['bias', bias]], training);
  return nativeBatchNorm(input, weight, bias, mean, variance, training, momentum, eps)[0]!;
}

/** Nothing to normalise: the graph stays whole. */
function emptyBatch(input: Tensor, weight: Tensor | null, bias: Tensor | null): Tensor {
  let out = clone(input);
  if (weight !== null) out = mul(out, select(weight, 0, 0));
  if (bias !== null) out = add(out, select(bias, 0, 0));
  return out;
}

face(
  'batch_norm(Tensor input, Tensor? running_mean, Tensor? running_var, Tensor? weight=None, Tensor? bias=None, bool training=False, float momentum=0.1, float eps=1e-05) -> Tensor',
  (input, mean, variance, weight, bias, training, momentum, eps) => {
    if (training) {
      const perChannel = input.shape[0]! * numel(input.shape.slice(2));
      requireSeveral(perChannel, `torch.Size(${formatShape(input.shape)})`);
    }
    return batchNorm(input, weight, bias, mean, variance, training, momentum, eps);
  },
);
face(
  'batch_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool training, float momentum, float eps, bool cudnn_enabled) -> Tensor',
  batchNorm,
  'torch',
);

function instanceNorm(
  input: Tensor,
  weight: Tensor | null,
  bias: Tensor | null,
  mean: Tensor | null,
  variance: Tensor | null,
  useInputStats: boolean,
  momentum: number,
  eps: number,
): Tensor {
  if (!useInputStats && (mean === null || variance === null)) {
    throw runtimeError('Expected running_mean and running_var to be defined when use_input_stats is false');
  }
  const [n, channels] = input.shape as [number, number];
  const each = (tensor: Tensor | null): Tensor | null => (tensor === null ? null : repeat(tensor, [n]));
  const [manyMeans, manyVariances] = [each(mean), each(variance)];
  const folded = view(contiguous(input), [1, n * channels, ...input.shape.slice(2)]);
  const out = batchNorm(folded, each(weight), each(bias), manyMeans, manyVariances, useInputStats, momentum, eps);
  learn(mean, manyMeans, n);
  learn(variance, manyVariances, n);
  return view(out, input.shape);
}

/** The running statistics of a channel are the mean of those of its instances. */
function learn(running: Tensor | null, many: Tensor | null, n: number): void {
  if (running === null) return;
  const seen = rowMajor(many!) as NumberData;
  const channels = running.numel;
  const after = running.dtype.allocate(channels) as NumberData;
  for (let c = 0; c < channels; c++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += seen[i * channels + c]!;
    after[c] = sum / n;
  }
  assignRaw(running, fromData(after, running.shape, running.dtype));
}

face(
  'instance_norm(Tensor input, Tensor? running_mean=None, Tensor? running_var=None, Tensor? weight=None, Tensor? bias=None, bool use_input_stats=True, float momentum=0.1, float eps=1e-05) -> Tensor',
  (input, mean, variance, weight, bias, useInputStats, momentum, eps) => {
    if (useInputStats && numel(input.shape.slice(2)) === 1) {
      throw valueError(
        `Expected more than 1 spatial element when training, got input size torch.Size(${formatShape(input.shape)})`,
      );
    }
    return instanceNorm(input, weight, bias, mean, variance, useInputStats, momentum, eps);
  },
);
face(
  'instance_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool use_input_stats, float momentum, float eps, bool cudnn_enabled) -> Tensor',
  instanceNorm,
  'torch',
);
