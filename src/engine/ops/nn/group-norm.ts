/** Group normalisation (Wu and He 2018, arXiv:1803.08494): over groups of channels, with a weight and a bias per channel. */
import { bfloat16 } from '../../dtype.ts';
import { indexError, runtimeError, valueError } from '../../errors.ts';
import { declare, define } from '../../registry.ts';
import { formatShape, numel, type Shape } from '../../shape.ts';
import { type NumberData, rowMajor } from '../../strided.ts';
import { emptyTensor, type Tensor } from '../../tensor.ts';
import { contiguous } from '../conversion.ts';
import { reshape } from '../movement.ts';
import { fromData } from '../pointwise.ts';
import { sumToSize } from '../reduction.ts';
import { requireFloating, roundOf } from './elementwise.ts';
import { face, internal } from './face.ts';
import { inputGradInHalf } from './half-rows.ts';
import { doubleBackward, sameFloat } from './normalization.ts';
import { backwardRows, normaliseRows, type Rows } from './rows.ts';

const nativeGroupNorm = declare(
  'native_group_norm(Tensor input, Tensor? weight, Tensor? bias, int N, int C, int HxW, int group, float eps) -> (Tensor, Tensor, Tensor)',
);
const groupNormBackward = declare(
  'native_group_norm_backward(Tensor grad_out, Tensor input, Tensor mean, Tensor rstd, Tensor? weight, int N, int C, int HxW, int group, float eps) -> (Tensor, Tensor, Tensor)',
);

const layoutOf = (n: number, c: number, inner: number, groups: number): Rows => ({
  rows: n * groups,
  groups,
  channels: c / groups,
  inner,
});

const data = (tensor: Tensor | null): NumberData | null => (tensor === null ? null : (rowMajor(tensor) as NumberData));

define(nativeGroupNorm, {
  variants: { method: false },
  kernel: (input, weight, bias, n, c, inner, groups, eps) => {
    requireFloating('GroupNormKernelImpl', input.dtype);
    sameFloat(input, [weight, bias]);
    const outs = [input.shape, [n, groups], [n, groups]].map((shape) => emptyTensor(shape, input.dtype));
    const into = outs.map((out) => out.storage.data as NumberData) as [NumberData, NumberData, NumberData];
    const layout = layoutOf(n, c, inner, groups);
    normaliseRows(data(input)!, data(weight), data(bias), eps, layout, into, roundOf(input.dtype));
    return outs;
  },
  joint: ([g], s) => {
    if (g == null) return [null, null, null];
    const [mean, rstd] = [s.outputAt(1), s.outputAt(2)];
    const parts = groupNormBackward(g, s.input, mean, rstd, s.weight, s.N, s.C, s.HxW, s.group, s.eps);
    return [parts[0]!, s.isNeeded(1) ? parts[1]! : null, s.isNeeded(2) ? parts[2]! : null];
  },
  gradients: {
    input: {
      formula: '∂L/∂input = σ⁻¹ (G − mean(G) − x̂ · mean(G · x̂)) with G = upstream · weight, x̂ = (input − mean) / σ',
      saves: ['input', 'weight', 'results'],
      rule: (g) => g,
    },
    weight: { formula: '∂L/∂weight = Σ upstream · x̂', saves: ['input', 'weight', 'results'], rule: (g) => g },
    bias: { formula: '∂L/∂bias = Σ upstream', saves: ['input', 'weight', 'results'], rule: (g) => g },
  },
});

const ALL = ['grad_out', 'input', 'weight'] as const;

define(groupNormBackward, {
  ...internal,
  kernel: (grad, input, mean, rstd, weight, n, c, inner, groups) => {
    const out = emptyTensor(input.shape, input.dtype);
    const sums = [new Float64Array(c), new Float64Array(c)] as const;
    const layout = layoutOf(n, c, inner, groups);
    const into = [out.storage.data as NumberData, ...sums] as const;
    const given = [data(grad)!, data(input)!, data(mean)!, data(rstd)!, data(weight), layout] as const;
    backwardRows(...given, into, roundOf(input.dtype), roundOf(input.dtype));
    if (input.dtype === bfloat16) inputGradInHalf(...given, into[0]);
    return [out, ...sums.map((sum) => stored(sum, [c], input))];
  },
  joint: ([byInput, byWeight, byBias], s) => {
    const apart = [s.N, s.group, s.C / s.group, s.HxW];
    const perChannel = [1, s.group, s.C / s.group, 1];
    const to = (tensor: Tensor | null | undefined, shape: Shape): Tensor | null =>
      tensor == null ? null : reshape(tensor, shape);
    const given = { input: to(byInput, apart), weight: to(byWeight, perChannel), bias: to(byBias, perChannel) };
    const [g, x, w] = [to(s.grad_out, apart)!, to(s.input, apart)!, to(s.weight, perChannel)];
    const [onG, onX, onWeight] = doubleBackward(g, x, w, given, [2, 3], s.eps);
    const summed = s.weight === null || onWeight === null ? null : reshape(sumToSize(onWeight, perChannel), [s.C]);
    return [reshape(onG, s.grad_out.shape), reshape(onX, s.input.shape), summed];
  },
  gradients: {
    grad_out: { formula: '∂L/∂grad_out = the normalisation’s differential', saves: ALL, rule: (g) => g },
    input: { formula: '∂L/∂input = second derivative of the normalisation', saves: ALL, rule: (g) => g },
    weight: { formula: '∂L/∂weight = Σ upstream · normalised grad_out', saves: ALL, rule: (g) => g },
  },
});

/** Sums in double precision, in the dtype of another tensor. */
function stored(sums: Float64Array, shape: Shape, like: Tensor): Tensor {
  const out = like.dtype.allocate(sums.length) as NumberData;
  out.set(sums);
  return fromData(out, shape, like.dtype);
}

function groupNorm(input: Tensor, groups: number, weight: Tensor | null, bias: Tensor | null, eps: number): Tensor {
  const [n, c] = input.shape as [number, number];
  if (c % groups !== 0) {
    throw runtimeError(
      `Expected number of channels in input to be divisible by num_groups, but got input of shape ${formatShape(input.shape)} and num_groups=${groups}`,
    );
  }
  for (const [name, tensor] of [
    ['weight', weight],
    ['bias', bias],
  ] as const) {
    if (tensor !== null && (tensor.rank !== 1 || tensor.numel !== c)) {
      throw runtimeError(
        `Expected ${name} to be a vector of size equal to the number of channels in input, but got ${name} of shape ${formatShape(tensor.shape)} and input of shape ${formatShape(input.shape)}`,
      );
    }
  }
  const inner = numel(input.shape.slice(2));
  return nativeGroupNorm(contiguous(input), weight, bias, n, c, inner, groups, eps)[0]!;
}

/** One value alone has no spread. */
export function requireSeveral(perChannel: number, size: string): void {
  if (perChannel === 1) {
    throw valueError(`Expected more than 1 value per channel when training, got input size ${size}`);
  }
}

export function requireChannels(input: Tensor): void {
  if (input.rank < 2) {
    throw indexError(
      `Dimension out of range (expected to be in range of [${-Math.max(input.rank, 1)}, ${Math.max(input.rank, 1) - 1}], but got 1)`,
    );
  }
}

face(
  'group_norm(Tensor input, int num_groups, Tensor? weight=None, Tensor? bias=None, float eps=1e-05) -> Tensor',
  (input, groups, weight, bias, eps) => {
    requireChannels(input);
    const [n, c] = input.shape as [number, number];
    const size = [Math.floor((n * c) / groups), groups, ...input.shape.slice(2)];
    requireSeveral(size[0]! * numel(size.slice(2)), formatShape(size));
    return groupNorm(input, groups, weight, bias, eps);
  },
);
face(
  'group_norm(Tensor input, int num_groups, Tensor? weight=None, Tensor? bias=None, float eps=1e-05, bool cudnn_enabled=True) -> Tensor',
  groupNorm,
  'torch',
);
