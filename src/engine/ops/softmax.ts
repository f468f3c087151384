/** Softmax and its logarithm along a dimension, and their backward functions, which are ops of their own. */
import { float32 } from '../dtype.ts';
import { alias, declare, define } from '../registry.ts';
import type { NumberData } from '../strided.ts';
import type { Tensor } from '../tensor.ts';
import { isResident } from '../wasm/memory.ts';
import { logSoftmaxRows, rowKernels } from '../wasm/rows.ts';
import { mul, neg, sub } from './arithmetic.ts';
import { cast } from './cast.ts';
import { exp } from './exponential.ts';
import { limits, requireKernel } from './limits.ts';
import { fromLines, linesOf } from './lines.ts';
import { sumDim } from './reduction.ts';

export const softmax = declare('softmax.int(Tensor self, int dim, ScalarType? dtype=None) -> Tensor');
export const logSoftmax = declare('log_softmax.int(Tensor self, int dim, ScalarType? dtype=None) -> Tensor');
const softmaxCore = declare('_softmax(Tensor self, int dim) -> Tensor');
const logSoftmaxCore = declare('_log_softmax(Tensor self, int dim) -> Tensor');
const softmaxBackward = declare('_softmax_backward_data(Tensor grad_output, Tensor output, int dim) -> Tensor');
const logSoftmaxBackward = declare('_log_softmax_backward_data(Tensor grad_output, Tensor output, int dim) -> Tensor');

const internal = { variants: { namespace: null, method: false } } as const;

function refuse(self: Tensor, dim: number, name: string): void {
  const last = self.rank === 0 || dim === -1 || dim === self.rank - 1;
  const kernel = last ? `${name}_lastdim_kernel_impl` : 'softmax_kernel_impl';
  requireKernel(limits(kernel, 'bool', 'int', 'half', 'complex'), self.dtype);
}

/** What becomes of a line: its largest element and the sum of the exponentials, of which none overflows, are known. */
type Finish = (x: number, max: number, total: number) => number;

function alongDim(self: Tensor, dim: number, finish: Finish): Tensor {
  const { data, n, count, dim: at } = linesOf(self, dim);
  const x = data as NumberData;
  const out = self.dtype.allocate(x.length, false) as NumberData;
  if (areFloats(self, out, x)) {
    logSoftmaxRows(count, n, out.byteOffset, x.byteOffset);
    return fromLines(out, self.shape, at, self.dtype);
  }
  for (let start = 0; start < n * count; start += n) {
    let max = Number.NEGATIVE_INFINITY;
    for (let i = start; i < start + n; i++) if (x[i]! > max) max = x[i]!;
    let total = 0;
    for (let i = start; i < start + n; i++) total += Math.exp(x[i]! - max);
    for (let i = start; i < start + n; i++) out[i] = finish(x[i]!, max, total);
  }
  return fromLines(out, self.shape, at, self.dtype);
}

/** Whether a kernel can do it: float32 in the memory that kernels see. */
const areFloats = (self: Tensor, ...all: readonly NumberData[]): boolean =>
  self.dtype === float32 && all.every((data) => isResident(data));

/** The exponentials by their sum, each computed once. */
function exponentialShares(self: Tensor, dim: number): Tensor {
  const { data, n, count, dim: at } = linesOf(self, dim);
  const x = data as NumberData;
  const out = self.dtype.allocate(x.length, false) as NumberData;
  if (areFloats(self, out, x)) {
    rowKernels().softmax(count, n, out.byteOffset, x.byteOffset);
    return fromLines(out, self.shape, at, self.dtype);
  }
  const line = new Float64Array(n);
  for (let start = 0; start < n * count; start += n) {
    let max = Number.NEGATIVE_INFINITY;
    for (let i = start; i < start + n; i++) if (x[i]! > max) max = x[i]!;
    let total = 0;
    for (let i = 0; i < n; i++) total += line[i] = Math.exp(x[start + i]! - max);
    for (let i = 0; i < n; i++) out[start + i] = line[i]! / total;
  }
  return fromLines(out, self.shape, at, self.dtype);
}

/** A backward function's line: `of` a gradient, an output, and the sum of `term` over the line. */
function alongBoth(
  grad: Tensor,
  output: Tensor,
  dim: number,
  term: (g: number, y: number) => number,
  of: (g: number, y: number, total: number) => number,
  many: 'softmaxBackward' | 'logSoftmaxBackward',
): Tensor {
  const { data, n, count, dim: at } = linesOf(grad, dim);
  const [g, y] = [data as NumberData, linesOf(output, dim).data as NumberData];
  const out = grad.dtype.allocate(g.length, false) as NumberData;
  if (areFloats(grad, out, g, y)) {
    rowKernels()[many](count, n, out.byteOffset, g.byteOffset, y.byteOffset);
    return fromLines(out, grad.shape, at, grad.dtype);
  }
  for (let start = 0; start < n * count; start += n) {
    let total = 0;
    for (let i = start; i < start + n; i++) total += term(g[i]!, y[i]!);
    for (let i = start; i < start + n; i++) out[i] = of(g[i]!, y[i]!, total);
  }
  return fromLines(out, grad.shape, at, grad.dtype);
}

define(softmax, {
  names: true,
  composite: true,
  kernel: (self, dim, dtype) => softmaxCore(dtype === null ? self : cast(self, dtype), dim),
});
alias(softmax, 'softmax', { namespace: 'special', method: false });

define(softmaxCore, {
  ...internal,
  node: 'SoftmaxBackward0',
  kernel: (self, dim) => {
    refuse(self, dim, 'softmax');
    return exponentialShares(self, dim);
  },
  gradients: {
    self: {
      formula: '∂L/∂self = result · (upstream − Σ upstream · result)',
      saves: ['result'],
      rule: (g, { result, dim }) => softmaxBackward(g, result, dim),
    },
  },
});

define(softmaxBackward, {
  ...internal,
  node: 'SoftmaxBackwardDataBackward0',
  kernel: (grad, output, dim) =>
    alongBoth(
      grad,
      output,
      dim,
      (g, y) => g * y,
      (g, y, total) => (g - total) * y,
      'softmaxBackward',
    ),
  gradients: {
    grad_output: {
      formula: '∂L/∂grad_output = output · (upstream − Σ upstream · output)',
      saves: ['output'],
      rule: (g, { output, dim }) => softmaxBackward(g, output, dim),
    },
    output: {
      formula:
        '∂L/∂output = upstream · grad_output − upstream · Σ output · grad_output − grad_output · Σ output · upstream',
      saves: ['grad_output', 'output'],
      rule: (g, { grad_output: grad, output, dim }) => {
        const own = mul(sumDim(mul(output, grad), [dim], true), g);
        return sub(sub(mul(grad, g), own), mul(grad, sumDim(mul(output, g), [dim], true)));
      },
    },
  },
});

define(logSoftmax, {
  names: true,
  composite: true,
  kernel: (self, dim, dtype) => logSoftmaxCore(dtype === null ? self : cast(self, dtype), dim),
});
alias(logSoftmax, 'log_softmax', { namespace: 'special', method: false });

define(logSoftmaxCore, {
  ...internal,
  node: 'LogSoftmaxBackward0',
  kernel: (self, dim) => {
    refuse(self, dim, 'log_softmax');
    return alongDim(self, dim, (x, max, total) => x - max - Math.log(total));
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream − exp(result) · Σ upstream',
      saves: ['result'],
      rule: (g, { result, dim }) => logSoftmaxBackward(g, result, dim),
    },
  },
});

define(logSoftmaxBackward, {
  ...internal,
  node: 'LogSoftmaxBackwardDataBackward0',
  kernel: (grad, output, dim) =>
    alongBoth(
      grad,
      output,
      dim,
      (g) => g,
      (g, y, total) => g - Math.exp(y) * total,
      'logSoftmaxBackward',
    ),
  gradients: {
    grad_output: {
      formula: '∂L/∂grad_output = upstream − Σ upstream · exp(output)',
      saves: ['output'],
      rule: (g, { output, dim }) => sub(g, sumDim(mul(g, exp(output)), [dim], true)),
    },
    output: {
      formula: '∂L/∂output = −upstream · exp(output) · Σ grad_output',
      saves: ['grad_output', 'output'],
      rule: (g, { grad_output: grad, output, dim }) => mul(mul(neg(sumDim(grad, [dim], true)), exp(output)), g),
    },
  },
});
