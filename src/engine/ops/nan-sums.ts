/** Sums and means that pass over nans. */
import { isComplex, isFloating } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { declare, define } from '../registry.ts';
import { gather, type NumberData } from '../strided.ts';
import type { Tensor } from '../tensor.ts';
import { div, mul } from './arithmetic.ts';
import { isnan, logicalNot } from './comparison.ts';
import { noKernel } from './limits.ts';
import { expand } from './movement.ts';
import { inDtypeOfOut } from './out-rules.ts';
import { fromData } from './pointwise.ts';
import { expandBack, integralSum, sumDim, sumKernel } from './reduction.ts';

const nansum = declare(
  'nansum(Tensor self, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor',
);
const nanmean = declare(
  'nanmean(Tensor self, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor',
);

/** A copy with zeros for nans. */
function withoutNans(self: Tensor): Tensor {
  const data = gather(self, self.shape) as NumberData;
  for (let i = 0; i < data.length; i++) if (Number.isNaN(data[i])) data[i] = 0;
  return fromData(data, self.shape, self.dtype);
}

define(nansum, {
  out: inDtypeOfOut(3),
  kernel: (self, dim, keepdim, given) => {
    if (isComplex(self.dtype)) throw runtimeError('nansum does not support complex inputs');
    if (!isFloating(self.dtype)) return sumKernel(self, dim, keepdim, given ?? integralSum(self.dtype));
    const dtype = given ?? self.dtype;
    if (!isFloating(dtype)) throw noKernel('nansum_cpu', dtype);
    return sumKernel(withoutNans(self), dim, keepdim, dtype);
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream, repeated; 0 where self is nan',
      saves: ['self'],
      rule: (g, { self, dim, keepdim }) => {
        const whole = dim === null || dim.length === 0;
        const upstream = whole ? expand(g, self.shape) : expandBack(g, self.shape, dim, keepdim);
        return mul(upstream, logicalNot(isnan(self)));
      },
    },
  },
});

define(nanmean, {
  out: inDtypeOfOut(3),
  composite: true,
  kernel: (self, dim, keepdim, dtype) => {
    if (!isFloating(self.dtype)) {
      throw runtimeError(`nanmean(): expected input to have floating point dtype but got ${self.dtype.scalar}`);
    }
    const count = sumDim(logicalNot(isnan(self)), dim, keepdim);
    return div(nansum(self, dim, keepdim, dtype), count);
  },
});
