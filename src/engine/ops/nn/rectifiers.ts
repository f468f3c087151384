/** Activations that are straight lines with a kink. */
import { bfloat16, bool, float16, isComplex, uint8 } from '../../dtype.ts';
import { runtimeError } from '../../errors.ts';
import { declare, define } from '../../registry.ts';
import type { Tensor } from '../../tensor.ts';
import { type Scalar, toNumber } from '../../values.ts';
import { clamp } from '../choice.ts';
import { arithmetic } from '../loops.ts';
import { binary, combineAlike, unary } from '../pointwise.ts';
import { zerosLike } from '../raw.ts';
import { eachFloat, pairFloat, refuseDType, roundOf } from './elementwise.ts';
import { face, internal, overInput, withInplace, writing } from './face.ts';

export const relu = declare('relu(Tensor self) -> Tensor');
export const threshold = declare('threshold(Tensor self, Scalar threshold, Scalar value) -> Tensor');
export const hardtanh = declare('hardtanh(Tensor self, Scalar min_val=-1, Scalar max_val=1) -> Tensor');
export const leakyRelu = declare('leaky_relu(Tensor self, Scalar negative_slope=0.01) -> Tensor');

/** One op each, as in PyTorch: their derivative by the activation's operand is zeros, not nothing. */
export const thresholdBackward = declare(
  'threshold_backward(Tensor grad_output, Tensor self, Scalar threshold) -> Tensor',
);
const hardtanhBackward = declare(
  'hardtanh_backward(Tensor grad_output, Tensor self, Scalar min_val, Scalar max_val) -> Tensor',
);
const leakyReluBackward = declare(
  'leaky_relu_backward(Tensor grad_output, Tensor self, Scalar negative_slope) -> Tensor',
);

const straight = { formula: '∂L/∂self = 0', rule: (g: Tensor): Tensor => zerosLike(g) };

const reluSlope = arithmetic('reluBackward', (n, out, o, g, i, dg, x, j, dx) => {
  for (const end = o + n; o < end; o++, i += dg, j += dx) out[o] = x[j]! <= 0 ? 0 : g[i]!;
});

define(thresholdBackward, {
  ...internal,
  kernel: (grad, self, limit) => {
    const edge = toNumber(limit);
    const quick = edge === 0 ? combineAlike(reluSlope, grad, self) : null;
    if (quick !== null) return quick;
    return passing((g, x) => (x <= edge ? 0 : g))(grad, self);
  },
  gradients: {
    grad_output: {
      formula: '∂L/∂grad_output = upstream where self > threshold, else 0',
      saves: ['self'],
      rule: (g, s) => thresholdBackward(g, s.self, s.threshold),
    },
    self: straight,
  },
});

/** Backward functions that let the upstream gradient through or not. */
const passing = (number: (g: number, x: number) => number) => binary('common', number, (g) => g);

define(hardtanhBackward, {
  ...internal,
  kernel: (grad, self, min, max) => {
    if (self.dtype === bfloat16) refuseDType('hardshrink_backward_cpu', self.dtype);
    const [low, high] = [toNumber(min), toNumber(max)];
    return passing((g, x) => (x <= low || x >= high ? 0 : g))(grad, self);
  },
  gradients: {
    grad_output: {
      formula: '∂L/∂grad_output = upstream where min_val < self < max_val, else 0',
      saves: ['self'],
      rule: (g, s) => hardtanhBackward(g, s.self, s.min_val, s.max_val),
    },
    self: straight,
  },
});

define(leakyReluBackward, {
  ...internal,
  kernel: (grad, self, slope) =>
    pairFloat('leaky_relu_backward_cpu', grad, self, (round) => {
      const factor = round(toNumber(slope));
      return (g, x) => (x > 0 ? g : g * factor);
    }),
  gradients: {
    grad_output: {
      formula: '∂L/∂grad_output = upstream where self > 0, else upstream · negative_slope',
      saves: ['self'],
      rule: (g, s) => leakyReluBackward(g, s.self, s.negative_slope),
    },
    self: straight,
  },
});

const positivePart = unary(
  (x) => (x < 0 ? 0 : x),
  (x) => (x <= 0n ? 0n : x),
  null,
  null,
  'relu',
);

define(relu, {
  variants: { inplace: true },
  kernel: (self) => {
    if (self.dtype === bool) throw runtimeError('Boolean inputs not supported for relu');
    if (isComplex(self.dtype)) throw runtimeError('clamp is not supported for complex types');
    if (self.dtype === float16) refuseDType('clamp_min_cpu', self.dtype);
    return positivePart(self);
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream where result > 0, else 0',
      saves: ['result'],
      rule: (g, { result }) => thresholdBackward(g, result, 0n),
    },
  },
});
withInplace('relu(Tensor input, bool inplace=False) -> Tensor', relu);
writing('relu_(Tensor input) -> Tensor', relu, 'nn.functional');

define(threshold, {
  variants: { method: false },
  inplaceNode: 'ThresholdBackward1',
  kernel: (self, limit, value) => {
    if (self.dtype === bool || self.dtype === float16 || isComplex(self.dtype))
      refuseDType('threshold_cpu', self.dtype);
    const into = self.dtype.category === 1 ? Math.trunc : roundOf(self.dtype);
    const [edge, otherwise] = [into(toNumber(limit)), into(toNumber(value))];
    return unary(
      (x) => (x <= edge ? otherwise : x),
      (x) => (x <= edge ? BigInt(otherwise) : x),
    )(self);
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream where self > threshold, else 0',
      saves: ['self'],
      rule: (g, s) => thresholdBackward(g, s.self, s.threshold),
    },
  },
});
withInplace('threshold(Tensor input, Scalar threshold, Scalar value, bool inplace=False) -> Tensor', threshold);
writing('threshold_(Tensor input, Scalar threshold, Scalar value) -> Tensor', threshold, 'torch', 'nn.functional');

define(hardtanh, {
  ...internal,
  kernel: (self, min, max) => {
    if (self.dtype === bool) throw runtimeError('Bool inputs not supported for hardtanh');
    if (isComplex(self.dtype)) throw runtimeError('clamp is not supported for complex types');
    if (self.dtype === uint8 && (Math.trunc(toNumber(min)) < 0 || Math.trunc(toNumber(max)) < 0)) {
      throw runtimeError('cannot do hardtanh on an unsigned type with negative limits');
    }
    return within(self, min, max);
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream where min_val < self < max_val, else 0',
      saves: ['self'],
      rule: (g, s) => hardtanhBackward(g, s.self, s.min_val, s.max_val),
    },
  },
});

/** Clamped in the dtype of self; the limits are converted to it. */
function within(self: Tensor, min: Scalar, max: Scalar): Tensor {
  const limit = (value: Scalar): Scalar =>
    self.dtype.category === 1 ? BigInt(Math.trunc(toNumber(value))) : toNumber(value);
  return clamp.def!.kernel(self, limit(min), limit(max)) as Tensor;
}
withInplace('hardtanh(Tensor input, Scalar min_val=-1., Scalar max_val=1., bool inplace=False) -> Tensor', hardtanh);
writing('hardtanh_(Tensor input, Scalar min_val=-1., Scalar max_val=1.) -> Tensor', hardtanh, 'nn.functional');
face('relu6(Tensor input, bool inplace=False) -> Tensor', (input, inplace) =>
  inplace ? overInput(hardtanh, [input, 0n, 6n]) : hardtanh(input, 0n, 6n),
);

const leakyKernel = (self: Tensor, slope: Scalar): Tensor =>
  eachFloat('leaky_relu_cpu', self, (round) => {
    const factor = round(toNumber(slope));
    return (x) => (x > 0 ? x : x * factor);
  });

define(leakyRelu, {
  ...internal,
  kernel: leakyKernel,
  gradients: {
    self: {
      formula: '∂L/∂self = upstream where self > 0, else upstream · negative_slope',
      saves: ['self'],
      rule: (g, s) => leakyReluBackward(g, s.self, s.negative_slope),
    },
  },
});

/** Written over its input: which side an element was on is read from the result. A node of its own in PyTorch. */
const leakyReluOver = declare('leaky_relu(Tensor self, Scalar negative_slope=0.01) -> Tensor');
define(leakyReluOver, {
  ...internal,
  node: 'LeakyReluBackward1',
  kernel: leakyKernel,
  gradients: {
    self: {
      formula: '∂L/∂self = upstream where result > 0, else upstream · negative_slope',
      saves: ['result'],
      rule: (g, s) => {
        if (toNumber(s.negative_slope) < 0) throw runtimeError(NEGATIVE_SLOPE);
        return leakyReluBackward(g, s.result, s.negative_slope);
      },
    },
  },
});

const NEGATIVE_SLOPE =
  'In-place leakyReLu backward calculation is triggered with a negative slope which is not supported. This is caused by calling in-place forward function with a negative slope, please call out-of-place version instead. File an issue at https://github.com/pytorch/pytorch if you do require supporting in-place leakRelu backward calculation with negative slope';

withInplace(
  'leaky_relu(Tensor input, Scalar negative_slope=0.01, bool inplace=False) -> Tensor',
  leakyRelu,
  leakyReluOver,
);
writing('leaky_relu_(Tensor input, Scalar negative_slope=0.01) -> Tensor', leakyReluOver, 'nn.functional');
