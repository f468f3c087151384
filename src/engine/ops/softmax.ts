import { float16, isFloating } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { declare, define } from '../registry.ts';
import { wrapDim } from '../shape.ts';
import { type NumberData, rowMajor } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import { mul, sub } from './arithmetic.ts';
import { cast } from './cast.ts';
import { exp } from './exponential.ts';
import { permuted } from './layout.ts';
import { copyRaw } from './raw.ts';
import { sumDim } from './reduction.ts';

export const softmax = declare('softmax.int(Tensor self, int dim, ScalarType? dtype=None) -> Tensor');
export const logSoftmax = declare('log_softmax.int(Tensor self, int dim, ScalarType? dtype=None) -> Tensor');
const softmaxCore = declare('_softmax(Tensor self, int dim) -> Tensor');
const logSoftmaxCore = declare('_log_softmax(Tensor self, int dim) -> Tensor');

const internal = { variants: { namespace: null, method: false } } as const;

/** Replaces each line along `dim` by what `line` makes of it. */
function alongDim(
  self: Tensor,
  dim: number,
  line: (x: NumberData, out: NumberData, start: number, n: number) => void,
): Tensor {
  const at = wrapDim(dim, self.rank);
  const order = self.shape.map((_, i) => i).filter((i) => i !== at);
  const turned = self.rank === 0 ? self : permuted(self, [...order, at]);
  const out = emptyTensor(self.shape, self.dtype);
  const result = emptyTensor(turned.shape, self.dtype);
  const n = turned.shape.at(-1) ?? 1;
  const data = rowMajor(turned) as NumberData;
  for (let start = 0; start < data.length; start += n) line(data, result.storage.data as NumberData, start, n);
  copyRaw(self.rank === 0 ? out : permuted(out, [...order, at]), result);
  return out;
}

function largest(x: NumberData, start: number, n: number): number {
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < n; i++) if (x[start + i]! > max) max = x[start + i]!;
  return max;
}

function refuseInts(self: Tensor, name: string): void {
  if (!isFloating(self.dtype) || self.dtype === float16)
    throw runtimeError(`"${name}" not implemented for '${self.dtype.scalar}'`);
}

define(softmax, {
  composite: true,
  kernel: (self, dim, dtype) => softmaxCore(dtype === null ? self : cast(self, dtype), dim),
});

define(softmaxCore, {
  ...internal,
  node: 'SoftmaxBackward0',
  kernel: (self, dim) => {
    refuseInts(self, 'softmax_lastdim_kernel_impl');
    return alongDim(self, dim, (x, out, start, n) => {
      const max = largest(x, start, n);
      let total = 0;
      for (let i = start; i < start + n; i++) {
        out[i] = Math.exp(x[i]! - max);
        total += out[i]!;
      }
      for (let i = start; i < start + n; i++) out[i] = out[i]! / total;
    });
  },
  gradients: {
    self: {
      formula: '∂L/∂self = result · (upstream − Σ upstream · result)',
      saves: ['result'],
      rule: (g, { result, dim }) => {
        const weighted = mul(g, result);
        return sub(weighted, mul(result, sumDim(weighted, [dim], true)));
      },
    },
  },
});

define(logSoftmax, {
  composite: true,
  kernel: (self, dim, dtype) => logSoftmaxCore(dtype === null ? self : cast(self, dtype), dim),
});

define(logSoftmaxCore, {
  ...internal,
  node: 'LogSoftmaxBackward0',
  kernel: (self, dim) => {
    refuseInts(self, 'log_softmax_lastdim_kernel_impl');
    return alongDim(self, dim, (x, out, start, n) => {
      const max = largest(x, start, n);
      let total = 0;
      for (let i = start; i < start + n; i++) total += Math.exp(x[i]! - max);
      const shift = Math.log(total);
      for (let i = start; i < start + n; i++) out[i] = x[i]! - max - shift;
    });
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream − exp(result) · Σ upstream',
      saves: ['result'],
      rule: (g, { result, dim }) => sub(g, mul(exp(result), sumDim(g, [dim], true))),
    },
  },
});
