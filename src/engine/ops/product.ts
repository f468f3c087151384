/** Products along dimensions. */

import { quietly } from '../context.ts';
import { type DType, int64, isComplex } from '../dtype.ts';
import { declare, define } from '../registry.ts';
import { wrapDim } from '../shape.ts';
import { convert, gather, type NumberData, rowMajor } from '../strided.ts';
import type { Tensor } from '../tensor.ts';
import { div, mul } from './arithmetic.ts';
import { conj } from './complex.ts';
import { cumprod, reversed } from './cumulative.ts';
import { cat } from './joining.ts';
import { limits, requireKernel } from './limits.ts';
import { reshape, slice } from './movement.ts';
import { fromData } from './pointwise.ts';
import { onesLike, zerosLike } from './raw.ts';
import { integralSum, reducedDims, reducedShape, toRows, unsqueezeBack } from './reduction.ts';

export const prod = declare('prod(Tensor self, *, ScalarType? dtype=None) -> Tensor');
export const prodDim = declare(
  'prod.dim_int(Tensor self, int dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor',
);

function product(self: Tensor, dims: readonly number[], keepdim: boolean, dtype: DType): Tensor {
  requireKernel(limits('prod_cpu', 'half', 'bfloat16'), dtype);
  const work =
    self.dtype === dtype ? self : fromData(convert(gather(self, self.shape), self.dtype, dtype), self.shape, dtype);
  const { data, inner, outer } = toRows(work, dims);
  const out = dtype.allocate(outer);
  for (let r = 0; r < outer; r++) {
    if (dtype === int64) out[r] = bigProduct(data as unknown as BigInt64Array, r * inner, inner);
    else if (isComplex(dtype)) complexProduct(data, out as NumberData, r, inner);
    else out[r] = realProduct(data, r * inner, inner, dtype.bytes === 4);
  }
  return fromData(out, reducedShape(self.shape, dims, keepdim), dtype);
}

function bigProduct(data: BigInt64Array, start: number, n: number): bigint {
  let total = 1n;
  for (let i = start; i < start + n; i++) total = BigInt.asIntN(64, total * data[i]!);
  return total;
}

function realProduct(data: NumberData, start: number, n: number, single: boolean): number {
  let total = 1;
  for (let i = start; i < start + n; i++) total = single ? Math.fround(total * data[i]!) : total * data[i]!;
  return total;
}

function complexProduct(data: NumberData, out: NumberData, row: number, n: number): void {
  let re = 1;
  let im = 0;
  for (let i = 2 * row * n; i < 2 * (row + 1) * n; i += 2) {
    [re, im] = [re * data[i]! - im * data[i + 1]!, re * data[i + 1]! + im * data[i]!];
  }
  out[2 * row] = re;
  out[2 * row + 1] = im;
}

export const hasZero = (self: Tensor): boolean => zeros(self, 1) > 0;

/** How many elements are zero, counted up to `enough`. */
function zeros(self: Tensor, enough: number): number {
  const data = rowMajor(self) as NumberData;
  const { lanes } = self.dtype;
  let found = 0;
  for (let i = 0; i < data.length && found < enough; i += lanes) {
    if (data[i] === 0 && (lanes === 1 || data[i + 1] === 0)) found++;
  }
  return found;
}

/** Of each element the product of all others in its line: of those before it times those after it. */
function others(self: Tensor, dim: number): Tensor {
  const one = onesLike(quietly(() => slice(self, dim, 0, 1)));
  const before = cumprod(cat([one, slice(self, dim, 0, -1)], dim), dim);
  const after = reversed(cumprod(cat([one, reversed(slice(self, dim, 1), dim)], dim), dim), dim);
  return mul(before, after);
}

const PRODUCT = '∂L/∂self = upstream · result / self';

define(prod, {
  variants: { out: false },
  kernel: (self, dtype) => product(self, reducedDims(null, self.rank), false, dtype ?? integralSum(self.dtype)),
  gradients: {
    self: {
      formula: PRODUCT,
      saves: ['self', 'result'],
      rule: (g, { self, result }) => {
        if (self.rank === 0) return g;
        const found = zeros(self, 2);
        if (found === 0) return mul(g, conj(div(result, self)));
        if (found > 1) return zerosLike(self);
        return mul(g, conj(reshape(others(reshape(self, [-1]), 0), self.shape)));
      },
    },
  },
});

define(prodDim, {
  names: true,
  node: 'ProdBackward1',
  kernel: (self, dim, keepdim, dtype) =>
    product(self, reducedDims([dim], self.rank), keepdim, dtype ?? integralSum(self.dtype)),
  gradients: {
    self: {
      formula: PRODUCT,
      saves: ['self', 'result'],
      rule: (g, { self, result, dim, keepdim }) => {
        if (self.rank === 0) return g;
        const at = wrapDim(dim, self.rank);
        const whole = (tensor: Tensor): Tensor => unsqueezeBack(tensor, self.rank, [dim], keepdim);
        const upstream = whole(g);
        if (!hasZero(self)) return mul(upstream, conj(div(whole(result), self)));
        return self.shape[at] === 1 ? upstream : mul(upstream, conj(others(self, at)));
      },
    },
  },
});
