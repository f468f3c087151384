/**
 * Convolution in one to three dimensions. With T(x, w, g) = Σ g · conv(x, w), linear in each of the three, output, input's gradient and weight's
 * gradient are the derivatives of T by g, x and w; so each op's own derivatives are the other two, to any order.
 */

import { quietly } from '../../context.ts';
import { type Batch, fillInput, fillOutput, fillWeight } from '../../convolution/kernels.ts';
import type { Geometry, Triple } from '../../convolution/patches.ts';
import { bool, cppName, type DType, float16, int64, isComplex } from '../../dtype.ts';
import { runtimeError } from '../../errors.ts';
import { declare, define } from '../../registry.ts';
import { formatShape, type Shape } from '../../shape.ts';
import { rowMajor } from '../../strided.ts';
import { emptyTensor, type Tensor } from '../../tensor.ts';
import { add } from '../arithmetic.ts';
import { expand, view } from '../movement.ts';
import { sumDim } from '../reduction.ts';
import { internal } from './face.ts';

const GEOMETRY = 'int[] stride, int[] padding, int[] dilation, int groups';

export const convolution = declare(
  'convolution(Tensor input, Tensor weight, Tensor? bias, int[] stride, int[] padding, int[] dilation, bool transposed, int[] output_padding, int groups) -> Tensor',
);
const backward = declare(
  'convolution_backward(Tensor grad_output, Tensor input, Tensor weight, int[] stride, int[] padding, int[] dilation, bool transposed, int groups, bool[] output_mask) -> (Tensor, Tensor, Tensor)',
);
const ALL = ['grad_output', 'input', 'weight'] as const;
const output = declare(`_convolution_output(Tensor input, Tensor weight, int[] size, ${GEOMETRY}) -> Tensor`);
const byInput = declare(`_convolution_input(Tensor output, Tensor weight, int[] size, ${GEOMETRY}) -> Tensor`);
const byWeight = declare(`_convolution_weight(Tensor output, Tensor input, int[] size, ${GEOMETRY}) -> Tensor`);

interface Settings {
  readonly stride: Shape;
  readonly padding: Shape;
  readonly dilation: Shape;
  readonly groups: number;
}

/** Of an image and its convolved one; both with batch and channels first. */
function batchOf(input: Tensor, result: Shape, weight: Shape, settings: Settings): Batch {
  const triple = (sizes: Shape, one: number): Triple => {
    const missing: number[] = Array(3 - sizes.length).fill(one);
    return [...missing, ...sizes] as unknown as Triple;
  };
  const geometry: Geometry = {
    input: triple(input.shape.slice(2), 1),
    output: triple(result.slice(2), 1),
    kernel: triple(weight.slice(2), 1),
    stride: triple(settings.stride, 1),
    padding: triple(settings.padding, 0),
    dilation: triple(settings.dilation, 1),
  };
  const { groups } = settings;
  const channels = { inputChannels: weight[1]!, outputChannels: weight[0]! / groups };
  return { geometry, samples: input.shape[0]!, groups, ...channels, dtype: input.dtype };
}

function outputShape(input: Shape, weight: Shape, { stride, padding, dilation }: Settings): Shape {
  const sizes = stride.map((step, d) => {
    const reach = dilation[d]! * (weight[d + 2]! - 1) + 1;
    return Math.floor((input[d + 2]! + 2 * padding[d]! - reach) / step) + 1;
  });
  return [input[0]!, weight[0]!, ...sizes];
}

function transposedShape(input: Shape, weight: Shape, extra: Shape, settings: Settings): Shape {
  const { stride, padding, dilation, groups } = settings;
  const sizes = stride.map(
    (step, d) => (input[d + 2]! - 1) * step - 2 * padding[d]! + dilation[d]! * (weight[d + 2]! - 1) + extra[d]! + 1,
  );
  return [input[0]!, weight[1]! * groups, ...sizes];
}

define(output, {
  ...internal,
  node: 'ConvolutionBackwardBackward0',
  kernel: (input, weight, size, stride, padding, dilation, groups) => {
    const out = emptyTensor(size, input.dtype);
    const batch = batchOf(input, size, weight.shape, { stride, padding, dilation, groups });
    fillOutput(batch, rowMajor(input), rowMajor(weight), null, out.storage.data);
    return out;
  },
  gradients: {
    input: {
      formula: '∂L/∂input = upstream ∗ᵀ weight',
      saves: ['weight'],
      rule: (g, s) => byInput(g, s.weight, s.shapeOf(0), s.stride, s.padding, s.dilation, s.groups),
    },
    weight: {
      formula: '∂L/∂weight = upstream ⋆ input',
      saves: ['input'],
      rule: (g, s) => byWeight(g, s.input, s.shapeOf(1), s.stride, s.padding, s.dilation, s.groups),
    },
  },
});

define(byInput, {
  ...internal,
  node: 'ConvolutionBackwardBackward0',
  kernel: (result, weight, size, stride, padding, dilation, groups) => {
    const out = emptyTensor(size, result.dtype);
    const batch = batchOf(out, result.shape, weight.shape, { stride, padding, dilation, groups });
    fillInput(batch, rowMajor(result), rowMajor(weight), null, out.storage.data);
    return out;
  },
  gradients: {
    output: {
      formula: '∂L/∂output = upstream ∗ weight',
      saves: ['weight'],
      rule: (g, s) => output(g, s.weight, s.shapeOf(0), s.stride, s.padding, s.dilation, s.groups),
    },
    weight: {
      formula: '∂L/∂weight = output ⋆ upstream',
      saves: ['output'],
      rule: (g, s) => byWeight(s.output, g, s.shapeOf(1), s.stride, s.padding, s.dilation, s.groups),
    },
  },
});

define(byWeight, {
  ...internal,
  node: 'ConvolutionBackwardBackward0',
  kernel: (result, input, size, stride, padding, dilation, groups) => {
    const out = emptyTensor(size, result.dtype);
    const batch = batchOf(input, result.shape, size, { stride, padding, dilation, groups });
    fillWeight(batch, rowMajor(result), rowMajor(input), out.storage.data);
    return out;
  },
  gradients: {
    output: {
      formula: '∂L/∂output = input ∗ upstream',
      saves: ['input'],
      rule: (g, s) => output(s.input, g, s.shapeOf(0), s.stride, s.padding, s.dilation, s.groups),
    },
    input: {
      formula: '∂L/∂input = output ∗ᵀ upstream',
      saves: ['output'],
      rule: (g, s) => byInput(s.output, g, s.shapeOf(1), s.stride, s.padding, s.dilation, s.groups),
    },
  },
});

define(convolution, {
  ...internal,
  kernel: (input, weight, bias, stride, padding, dilation, transposed, extra, groups) => {
    const settings = { stride, padding, dilation, groups };
    check(input, weight, bias, settings, transposed);
    const shape = transposed
      ? transposedShape(input.shape, weight.shape, extra, settings)
      : outputShape(input.shape, weight.shape, settings);
    const out = emptyTensor(shape, input.dtype);
    const [x, w, { data }] = [rowMajor(input), rowMajor(weight), out.storage];
    const b = bias === null ? null : rowMajor(bias);
    if (transposed) fillInput(batchOf(out, input.shape, weight.shape, settings), x, w, b, data);
    else fillOutput(batchOf(input, shape, weight.shape, settings), x, w, b, data);
    return out;
  },
  gradients: {
    input: { formula: '∂L/∂input = upstream ∗ᵀ weight', saves: ['input', 'weight'], rule: () => null },
    weight: { formula: '∂L/∂weight = upstream ⋆ input', saves: ['input', 'weight'], rule: () => null },
    bias: { formula: '∂L/∂bias = Σ upstream over samples and places', saves: ['input', 'weight'], rule: () => null },
  },
  joint: ([g], s) => {
    if (g == null) return [null, null, null];
    const wanted = [0, 1, 2].map((i) => s.isNeeded(i));
    const { stride, padding, dilation, transposed, groups } = s;
    const parts = backward(g, s.input, s.weight, stride, padding, dilation, transposed, groups, wanted);
    return parts.map((part, i) => (wanted[i] ? part : null));
  },
});

/** Input's, weight's and bias's gradients in one op; what is not wanted is empty. */
define(backward, {
  ...internal,
  node: 'ConvolutionBackwardBackward0',
  kernel: (g, input, weight, stride, padding, dilation, transposed, groups, wanted) =>
    quietly(() => {
      const { toInput, toWeight } = maps({ stride, padding, dilation, groups }, transposed);
      return [
        wanted[0] ? toInput(g, weight, input.shape) : emptyTensor([0], g.dtype),
        wanted[1] ? toWeight(g, input, weight.shape) : emptyTensor([0], g.dtype),
        wanted[2] ? sumDim(g, [0, ...g.shape.slice(2).map((_, d) => d + 2)]) : emptyTensor([0], g.dtype),
      ];
    }),
  gradients: {
    grad_output: { formula: '∂L/∂grad_output = upstream ∗ weight + input ∗ upstream', saves: ALL, rule: () => null },
    input: { formula: '∂L/∂input = grad_output ∗ᵀ upstream', saves: ALL, rule: () => null },
    weight: { formula: '∂L/∂weight = grad_output ⋆ upstream', saves: ALL, rule: () => null },
  },
  joint: ([onInput, onWeight, onBias], s) => {
    const { toOutput, toInput, toWeight } = maps(s, s.transposed);
    const { grad_output: g, input, weight } = s;
    const parts: Tensor[] = [];
    if (onInput) parts.push(toOutput(onInput, weight, g.shape));
    if (onWeight) parts.push(toOutput(input, onWeight, g.shape));
    if (onBias) parts.push(expand(view(onBias, [1, -1, ...g.shape.slice(2).map(() => 1)]), g.shape));
    return [
      parts.length === 0 ? null : parts.reduce((a, b) => add(a, b)),
      s.isNeeded(1) && onWeight ? toInput(g, onWeight, input.shape) : null,
      s.isNeeded(2) && onInput ? toWeight(g, onInput, weight.shape) : null,
    ];
  },
});

/** The three linear maps of T(x, w, g) in the roles of a convolution; a transposed one has image and result exchanged. */
function maps({ stride, padding, dilation, groups }: Settings, transposed: boolean) {
  const plain = {
    toOutput: (x: Tensor, w: Tensor, shape: Shape) => output(x, w, shape, stride, padding, dilation, groups),
    toInput: (g: Tensor, w: Tensor, shape: Shape) => byInput(g, w, shape, stride, padding, dilation, groups),
    toWeight: (g: Tensor, x: Tensor, shape: Shape) => byWeight(g, x, shape, stride, padding, dilation, groups),
  };
  if (!transposed) return plain;
  return {
    toOutput: plain.toInput,
    toInput: plain.toOutput,
    toWeight: (g: Tensor, x: Tensor, shape: Shape) => plain.toWeight(x, g, shape),
  };
}

/** Refuses what does not fit together, in the order and words of PyTorch's `check_shape_forward`. */
function check(input: Tensor, weight: Tensor, bias: Tensor | null, settings: Settings, transposed: boolean): void {
  const { stride, padding, dilation, groups } = settings;
  const [x, w] = [input.shape, weight.shape];
  if (groups <= 0) throw runtimeError('non-positive groups is not supported');
  if (padding.some((size) => size < 0)) throw runtimeError('negative padding is not supported');
  if (stride.some((step) => step <= 0)) throw runtimeError('non-positive stride is not supported');
  if (dilation.some((step) => step <= 0)) throw runtimeError('dilation should be greater than zero');
  if (w.length !== x.length) {
    throw runtimeError(
      `Expected ${w.length}-dimensional input for ${w.length}-dimensional weight ${formatShape(w)}, but got ${x.length}-dimensional input of size ${formatShape(x)} instead`,
    );
  }
  if (w[0]! < groups) {
    throw runtimeError(
      `Given groups=${groups}, expected weight to be at least ${groups} at dimension 0, but got weight of size ${formatShape(w)} instead`,
    );
  }
  if (w[0]! % groups !== 0) {
    throw runtimeError(
      `Given groups=${groups}, expected weight to be divisible by ${groups} at dimension 0, but got weight of size [${w.join(', ')}] instead`,
    );
  }
  checkChannels(x, w, groups, transposed);
  const biased = transposed ? w[1]! * groups : w[0]!;
  if (bias !== null && (bias.rank !== 1 || bias.shape[0] !== biased)) {
    const kind = transposed ? `Given transposed=1, weight of size` : 'Given weight of size';
    throw runtimeError(
      `${kind} ${formatShape(w)}, expected bias to be 1-dimensional with ${biased} elements, but got bias of size ${formatShape(bias.shape)} instead`,
    );
  }
  sameTypes(input, weight, 'weight');
  if (bias !== null) sameTypes(input, bias, 'bias');
  if (!transposed) checkReach(x, w, settings);
  const kernel = `${Math.max(w.length - 2, 2)}d${transposed ? '_out' : ''}_cpu`;
  refuseDtype(input.dtype, `slow_conv${transposed ? '_transpose' : ''}${kernel}`, transposed);
}

function sameTypes(input: Tensor, other: Tensor, what: string): void {
  if (input.dtype === other.dtype) return;
  throw runtimeError(
    `Input type (${cppName(input.dtype)}) and ${what} type (${cppName(other.dtype)}) should be the same`,
  );
}

/** What PyTorch has no kernel for on the CPU. */
function refuseDtype(dtype: DType, kernel: string, transposed: boolean): void {
  const integral = dtype.category < 2 && dtype !== int64;
  if (dtype !== bool && dtype !== float16 && !isComplex(dtype) && !(transposed && integral)) return;
  throw runtimeError(`"${kernel}" not implemented for '${dtype.scalar}'`);
}

function checkChannels(x: Shape, w: Shape, groups: number, transposed: boolean): void {
  const expected = transposed ? w[0]! : w[1]! * groups;
  if (x[1] === expected) return;
  const how = transposed ? `transposed=1, weight of size` : `groups=${groups}, weight of size`;
  throw runtimeError(
    `Given ${how} ${formatShape(w)}, expected input${formatShape(x)} to have ${expected} channels, but got ${x[1]} channels instead`,
  );
}

function checkReach(x: Shape, w: Shape, { padding, dilation }: Settings): void {
  const padded = padding.map((size, d) => x[d + 2]! + 2 * size);
  const reach = dilation.map((step, d) => step * (w[d + 2]! - 1) + 1);
  if (padded.every((size, d) => size >= reach[d]!)) return;
  throw runtimeError(
    `Calculated padded input size per channel: (${padded.join(' x ')}). Kernel size: (${reach.join(' x ')}). Kernel size can't be greater than actual input size`,
  );
}
