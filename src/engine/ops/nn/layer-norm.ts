/** Layer normalisation: over the last dimensions, with a weight and a bias per element of them. */
import { rounding } from '../../dtype.ts';
import { runtimeError } from '../../errors.ts';
import { declare, define } from '../../registry.ts';
import { formatShape, numel, type Shape, sameShape } from '../../shape.ts';
import { type NumberData, rowMajor } from '../../strided.ts';
import { emptyTensor, type Tensor } from '../../tensor.ts';
import { fromData } from '../pointwise.ts';
import { sumToSize } from '../reduction.ts';
import { requireFloating, roundOf } from './elementwise.ts';
import { face, internal } from './face.ts';
import { doubleBackward, sameFloat } from './normalization.ts';
import { backwardRows, normaliseRows, type Rows } from './rows.ts';

export const nativeLayerNorm = declare(
  'native_layer_norm(Tensor input, int[] normalized_shape, Tensor? weight, Tensor? bias, float eps) -> (Tensor, Tensor, Tensor)',
);
const layerNormBackward = declare(
  'native_layer_norm_backward(Tensor grad_out, Tensor input, int[] normalized_shape, Tensor mean, Tensor rstd, Tensor? weight, Tensor? bias, float eps) -> (Tensor, Tensor, Tensor)',
);

function checkShapes(input: Tensor, shape: Shape, weight: Tensor | null, bias: Tensor | null): void {
  if (shape.length === 0) {
    throw runtimeError(
      'Expected normalized_shape to be at least 1-dimensional, i.e., containing at least one element, but got normalized_shape = []',
    );
  }
  for (const [name, tensor] of [
    ['weight', weight],
    ['bias', bias],
  ] as const) {
    if (tensor !== null && !sameShape(tensor.shape, shape)) {
      throw runtimeError(
        `Expected ${name} to be of same shape as normalized_shape, but got ${name} of shape ${formatShape(tensor.shape)} and normalized_shape = ${formatShape(shape)}`,
      );
    }
  }
  if (input.rank >= shape.length && sameShape(input.shape.slice(-shape.length), shape)) return;
  throw runtimeError(
    `Given normalized_shape=${formatShape(shape)}, expected input with shape [*, ${shape.join(', ')}], but got input of size${formatShape(input.shape)}`,
  );
}

const layoutOf = (input: Tensor, shape: Shape): Rows => {
  const length = numel(shape);
  return { rows: numel(input.shape.slice(0, -shape.length)), groups: 1, channels: length, inner: 1 };
};

const data = (tensor: Tensor | null): NumberData | null => (tensor === null ? null : (rowMajor(tensor) as NumberData));

define(nativeLayerNorm, {
  variants: { method: false },
  kernel: (input, shape, weight, bias, eps) => {
    checkShapes(input, shape, weight, bias);
    requireFloating('LayerNormKernelImpl', input.dtype);
    sameFloat(input, [weight, bias]);
    const stats = [...input.shape.slice(0, -shape.length), ...shape.map(() => 1)];
    const outs = [input.shape, stats, stats].map((one) => emptyTensor(one, input.dtype));
    const into = outs.map((out) => out.storage.data as NumberData) as [NumberData, NumberData, NumberData];
    normaliseRows(data(input)!, data(weight), data(bias), eps, layoutOf(input, shape), into, roundOf(input.dtype));
    return outs;
  },
  differentiable: [0],
  joint: ([g], s) => {
    if (g == null) return [null, null, null];
    const [mean, rstd] = [s.outputAt(1), s.outputAt(2)];
    const parts = layerNormBackward(g, s.input, s.normalized_shape, mean, rstd, s.weight, s.bias, s.eps);
    return [parts[0]!, s.isNeeded(1) ? parts[1]! : null, s.isNeeded(2) ? parts[2]! : null];
  },
  gradients: {
    input: {
      formula: '∂L/∂input = σ⁻¹ (G − mean(G) − x̂ · mean(G · x̂)) with G = upstream · weight, x̂ = (input − mean) / σ',
      saves: ['input', 'weight', 'bias', 'results'],
      rule: (g) => g,
    },
    weight: { formula: '∂L/∂weight = Σ upstream · x̂', saves: ['input', 'weight', 'bias', 'results'], rule: (g) => g },
    bias: { formula: '∂L/∂bias = Σ upstream', saves: ['input', 'weight', 'bias', 'results'], rule: (g) => g },
  },
});

const ALL = ['grad_out', 'input', 'weight'] as const;

define(layerNormBackward, {
  ...internal,
  kernel: (grad, input, shape, mean, rstd, weight) => {
    const out = emptyTensor(input.shape, input.dtype);
    const length = numel(shape);
    const sums = [new Float64Array(length), new Float64Array(length)] as const;
    const into = [out.storage.data as NumberData, ...sums] as const;
    backwardRows(
      data(grad)!,
      data(input)!,
      data(mean)!,
      data(rstd)!,
      data(weight),
      layoutOf(input, shape),
      into,
      roundOf(input.dtype),
      rounding(input.dtype),
    );
    return [out, ...sums.map((sum) => stored(sum, shape, input))];
  },
  joint: ([byInput, byWeight, byBias], s) => {
    const dims = s.normalized_shape.map((_, i) => s.input.rank - s.normalized_shape.length + i);
    // PyTorch 1.13 has a hole here, and programs meet it.
    if (s.weight === null && byBias != null) {
      throw runtimeError(
        "Expected a proper Tensor but got None (or an undefined Tensor in C++) for argument #1 'other'",
      );
    }
    const given = { input: byInput ?? null, weight: byWeight ?? null, bias: byBias ?? null };
    const [onG, onX, onWeight] = doubleBackward(s.grad_out, s.input, s.weight, given, dims, s.eps);
    const summed = s.isNeeded(4) && onWeight !== null ? sumToSize(onWeight, s.normalized_shape) : null;
    return [onG, onX, null, null, summed, null];
  },
  gradients: {
    grad_out: { formula: '∂L/∂grad_out = the normalisation’s differential', saves: ALL, rule: (g) => g },
    input: { formula: '∂L/∂input = second derivative of the normalisation', saves: ALL, rule: (g) => g },
    mean: { formula: 'contained in ∂L/∂input', saves: ALL, rule: () => null },
    rstd: { formula: 'contained in ∂L/∂input', saves: ALL, rule: () => null },
    weight: { formula: '∂L/∂weight = Σ upstream · normalised grad_out', saves: ALL, rule: (g) => g },
    bias: { formula: '∂L/∂bias = 0', saves: ALL, rule: () => null },
  },
});

/** Sums in double precision, in the dtype of another tensor. */
function stored(sums: Float64Array, shape: Shape, like: Tensor): Tensor {
  const out = like.dtype.allocate(sums.length) as NumberData;
  out.set(sums);
  return fromData(out, shape, like.dtype);
}

const EPS = 'float eps=1e-05';
for (const [namespace, last] of [
  ['nn.functional', ''],
  ['torch', ', bool cudnn_enable=True'],
] as const) {
  face(
    `layer_norm(Tensor input, int[] normalized_shape, Tensor? weight=None, Tensor? bias=None, ${EPS}${last}) -> Tensor` as `layer_norm(Tensor input, int[] normalized_shape, Tensor? weight=None, Tensor? bias=None, float eps=1e-05) -> Tensor`,
    (input, shape, weight, bias, eps) => nativeLayerNorm(input, shape, weight, bias, eps)[0]!,
    namespace,
  );
}
