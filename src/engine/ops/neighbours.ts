/** Numbers as they are stored: mantissa and exponent, the next one, steps, what is not finite. */
import { context } from '../context.ts';
import { bfloat16, type DType, float16, float32, int32, isComplex, isFloating } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { resultType } from '../promote.ts';
import { declare, define } from '../registry.ts';
import { type NumberData, rowMajor } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import { div, mul } from './arithmetic.ts';
import { isfinite } from './comparison.ts';
import { exp2 } from './exponential.ts';
import { limits, requireKernel } from './limits.ts';
import { type Binary, binary } from './pointwise.ts';
import { powScalar } from './powers.ts';
import { underived, underivedBy } from './underived.ts';

const frexp = declare('frexp.Tensor(Tensor self) -> (Tensor mantissa, Tensor exponent)');
const ldexp = declare('ldexp.Tensor(Tensor self, Tensor other) -> Tensor');
const nextafter = declare('nextafter(Tensor self, Tensor other) -> Tensor');
const heaviside = declare('heaviside(Tensor self, Tensor values) -> Tensor');
export const nanToNum = declare(
  'nan_to_num(Tensor self, float? nan=None, float? posinf=None, float? neginf=None) -> Tensor',
);

define(ldexp, {
  variants: { inplace: true },
  composite: true,
  checkInplace: refuseGradients,
  kernel: (self, other) => mul(self, powScalar(2, other)),
});

/** Its in-place form is a product with `out=`, which cannot be differentiated. */
function refuseGradients(self: Tensor, other: Tensor): void {
  if (!context.gradEnabled || !(self.requiresGrad || other.requiresGrad)) return;
  throw runtimeError(
    "mul(): functions with out=... arguments don't support automatic differentiation, but one of the arguments requires grad.",
  );
}

define(frexp, {
  differentiable: [0],
  kernel: (self) => {
    if (!isFloating(self.dtype)) throw runtimeError('torch.frexp() only supports floating-point dtypes');
    const mantissa = emptyTensor(self.shape, self.dtype);
    const exponent = emptyTensor(self.shape, int32);
    const x = rowMajor(self) as NumberData;
    for (let i = 0; i < x.length; i++) {
      const power = exponentOf(x[i]!);
      exponent.storage.data[i] = power;
      mantissa.storage.data[i] = power === 0 ? x[i]! : x[i]! / 2 ** (power >> 1) / 2 ** (power - (power >> 1));
    }
    return [mantissa, exponent];
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream / 2^exponent',
      saves: ['results'],
      rule: (g, saved) => div(g, exp2(saved.outputAt(1))),
    },
  },
});

const view = new DataView(new ArrayBuffer(8));

/** The power of two for which the rest lies in [½, 1). */
function exponentOf(x: number): number {
  if (x === 0 || !Number.isFinite(x)) return 0;
  view.setFloat64(0, x);
  const biased = (view.getUint16(0) >> 4) & 0x7ff;
  return biased === 0 ? exponentOf(x * 2 ** 64) - 64 : biased - 1022;
}

/** The next number of a precision: one more in the bits, which are ordered as the numbers are. */
function stepping(bytes: 2 | 4 | 8): Binary {
  return (x, y) => {
    if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
    if (x === y) return y;
    if (x === 0) return (y > 0 ? 1 : -1) * { 2: 2 ** -133, 4: 2 ** -149, 8: 2 ** -1074 }[bytes];
    const away = x < y === x > 0;
    if (bytes === 8) {
      view.setFloat64(0, x);
      view.setBigInt64(0, view.getBigInt64(0) + (away ? 1n : -1n));
      return view.getFloat64(0);
    }
    const unit = bytes === 2 ? 1 << 16 : 1;
    view.setFloat32(0, x);
    view.setInt32(0, view.getInt32(0) + (away ? unit : -unit));
    return view.getFloat32(0);
  };
}

const nextBounds = limits('nextafter_cpu', 'bool', 'int', 'half', 'complex');
const nextIn = (bytes: 2 | 4 | 8): ((self: Tensor, other: Tensor) => Tensor) =>
  binary('common', stepping(bytes), (x) => x, null, null, nextBounds);
const [next2, next4, next8] = [nextIn(2), nextIn(4), nextIn(8)];

define(nextafter, {
  variants: { inplace: true },
  kernel: (self, other) => {
    const dtype = resultType(self, other);
    return (dtype === bfloat16 ? next2 : dtype === float32 ? next4 : next8)(self, other);
  },
  gradients: { self: underivedBy('nextafter'), other: underivedBy('nextafter') },
});

const step = binary(
  'common',
  (x, value) => (x === 0 ? value : Number(x > 0)),
  (x, value) => (x === 0n ? value : x > 0n ? 1n : 0n),
);

define(heaviside, {
  variants: { inplace: true },
  node: 'NotImplemented',
  kernel: (self, values) => {
    if (isComplex(self.dtype) || isComplex(values.dtype)) {
      throw runtimeError('heaviside is not yet implemented for complex tensors.');
    }
    if (self.dtype !== values.dtype) {
      throw runtimeError('heaviside is not yet implemented for tensors with different dtypes.');
    }
    return step(self, values);
  },
  gradients: { self: underived('aten::heaviside'), values: underived('aten::heaviside') },
});

/** The largest finite number. */
function largest(dtype: DType): number {
  if (dtype === float16) return 65504;
  if (dtype === bfloat16) return (2 - 2 ** -7) * 2 ** 127;
  return dtype === float32 ? (2 - 2 ** -23) * 2 ** 127 : Number.MAX_VALUE;
}

define(nanToNum, {
  variants: { inplace: true },
  kernel: (self, nan, posinf, neginf) => {
    requireKernel(limits('nan_to_num', 'complex'), self.dtype);
    const out = emptyTensor(self.shape, self.dtype);
    const x = rowMajor(self) as NumberData;
    const data = out.storage.data as NumberData;
    if (!isFloating(self.dtype)) data.set(x);
    else {
      const [high, low] = [posinf ?? largest(self.dtype), neginf ?? -largest(self.dtype)];
      for (let i = 0; i < x.length; i++) data[i] = finite(x[i]!, nan ?? 0, high, low);
    }
    return out;
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream where self is finite, else 0',
      saves: ['self'],
      rule: (g, { self }) => mul(g, isfinite(self)),
    },
  },
});

function finite(x: number, nan: number, high: number, low: number): number {
  if (Number.isNaN(x)) return nan;
  return x === Number.POSITIVE_INFINITY ? high : x === Number.NEGATIVE_INFINITY ? low : x;
}
