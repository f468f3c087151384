/** Functions of three operands: products and quotients that are added, interpolation. */

import { cppName, type DType, float64, int64, isComplex, isFloating } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { fusedDouble } from '../fused-double.ts';
import { resultTypeOf } from '../promote.ts';
import { declare, define } from '../registry.ts';
import { broadcastShapes } from '../shape.ts';
import { divide } from '../special/complex.ts';
import { convertScalars, type NumberData } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import { Complex, type Scalar, wrapNumber } from '../values.ts';
import { div, mul, mulReversed, neg, sub } from './arithmetic.ts';
import { conj } from './complex.ts';
import { limits, requireKernel } from './limits.ts';
import { strict } from './out-rules.ts';
import { aligned, z } from './pointwise.ts';

const addcmul = declare('addcmul(Tensor self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor');
const addcdiv = declare('addcdiv(Tensor self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor');
export const lerp = declare('lerp.Scalar(Tensor self, Tensor end, Scalar weight) -> Tensor');
export const lerpTensor = declare('lerp.Tensor(Tensor self, Tensor end, Tensor weight) -> Tensor');

type Big = (value: bigint, x: bigint, y: bigint) => bigint;
/** out = self + value · x · y, or x / y: the scaled x is rounded to single precision where that is the dtype's, and the rest once. */
type Real = (out: NumberData, self: NumberData, value: number, x: NumberData, y: NumberData) => void;
/** Leaves value · x · y, or the quotient, in `z`; the value is real or complex, as (re, im). */
type Pairs = (value: readonly [number, number], a: number, b: number, c: number, d: number) => void;

interface Term {
  readonly single: Real;
  readonly double: Real;
  readonly big: Big;
  readonly pairs: Pairs;
}

const product: Term = {
  single: (out, self, value, x, y) => {
    for (let i = 0; i < out.length; i++) out[i] = self[i]! + Math.fround(value * x[i]!) * y[i]!;
  },
  double: (out, self, value, x, y) => {
    for (let i = 0; i < out.length; i++) out[i] = fusedDouble(value * x[i]!, y[i]!, self[i]!);
  },
  big: (value, x, y) => value * x * y,
  pairs: ([re, im], a, b, c, d) => {
    const [p, q] = [a * c - b * d, a * d + b * c];
    z.re = re * p - im * q;
    z.im = re * q + im * p;
  },
};
const quotient: Term = {
  single: (out, self, value, x, y) => {
    for (let i = 0; i < out.length; i++) out[i] = self[i]! + Math.fround(Math.fround(value * x[i]!) / y[i]!);
  },
  double: (out, self, value, x, y) => {
    for (let i = 0; i < out.length; i++) out[i] = self[i]! + (value * x[i]!) / y[i]!;
  },
  big: (value) => value,
  pairs: ([re, im], a, b, c, d) => {
    divide(a, b, c, d);
    const { re: p, im: q } = z;
    z.re = re * p - im * q;
    z.im = re * q + im * p;
  },
};

/** self plus a term of the two others, in the dtype in which all three meet. */
function plusTerm(self: Tensor, first: Tensor, second: Tensor, value: Scalar, dtype: DType, term: Term): Tensor {
  const { shape, data } = aligned([self, first, second], dtype);
  const [x, y, w] = data as [NumberData, NumberData, NumberData];
  const out = emptyTensor(shape, dtype);
  const target = out.storage.data as NumberData;
  const factor = dtype.allocate(1) as NumberData;
  convertScalars([value], factor, dtype);
  if (dtype === int64) addBig(target as never, x as never, y as never, w as never, factor[0] as never, term.big);
  else if (isComplex(dtype)) addPairs(target, x, y, w, [factor[0]!, factor[1]!], term.pairs);
  else (isFloating(dtype) && dtype !== float64 ? term.single : term.double)(target, x, factor[0]!, y, w);
  return out;
}

function addBig(
  out: BigInt64Array,
  x: BigInt64Array,
  y: BigInt64Array,
  w: BigInt64Array,
  factor: bigint,
  term: Big,
): void {
  for (let i = 0; i < out.length; i++) out[i] = x[i]! + term(factor, y[i]!, w[i]!);
}

function addPairs(
  out: NumberData,
  x: NumberData,
  y: NumberData,
  w: NumberData,
  factor: readonly [number, number],
  term: Pairs,
): void {
  for (let i = 0; i < out.length; i += 2) {
    term(factor, y[i]!, y[i + 1]!, w[i]!, w[i + 1]!);
    out[i] = x[i]! + z.re;
    out[i + 1] = x[i + 1]! + z.im;
  }
}

define(addcmul, {
  variants: { inplace: true },
  kernel: (self, tensor1, tensor2, value) => {
    const dtype = resultTypeOf([self, tensor1, tensor2]);
    requireKernel(limits('addcmul_cpu_out', 'bool', 'half'), dtype);
    return plusTerm(self, tensor1, tensor2, value, dtype, product);
  },
  gradients: {
    self: { formula: '∂L/∂self = upstream', rule: (g) => g },
    tensor1: {
      formula: '∂L/∂tensor1 = upstream · value · tensor2',
      saves: ['tensor2'],
      rule: (g, { tensor2, value }) => mul(g, conj(mul(tensor2, value))),
    },
    tensor2: {
      formula: '∂L/∂tensor2 = upstream · value · tensor1',
      saves: ['tensor1'],
      rule: (g, { tensor1, value }) => mul(g, conj(mul(tensor1, value))),
    },
  },
});

const NO_INTEGERS =
  'Integer division with addcdiv is no longer supported, and in a future  release addcdiv will perform a true division of tensor1 and tensor2. The historic addcdiv behavior can be implemented as (input + value * torch.trunc(tensor1 / tensor2)).to(input.dtype) for integer inputs and as (input + value * tensor1 / tensor2) for float inputs. The future addcdiv behavior is just the latter implementation: (input + value * tensor1 / tensor2), for all dtypes.';

define(addcdiv, {
  variants: { inplace: true },
  kernel: (self, tensor1, tensor2, value) => {
    if (tensor1.dtype.category < 2 && tensor2.dtype.category < 2) throw runtimeError(NO_INTEGERS);
    const dtype = resultTypeOf([self, tensor1, tensor2]);
    requireKernel(limits('addcdiv_cpu_out', 'half'), dtype);
    return plusTerm(self, tensor1, tensor2, value, dtype, quotient);
  },
  gradients: {
    self: { formula: '∂L/∂self = upstream', rule: (g) => g },
    tensor1: {
      formula: '∂L/∂tensor1 = upstream · value / tensor2',
      saves: ['tensor2'],
      rule: (g, { tensor2, value }) => mul(g, conj(div(wrapNumber(value), tensor2))),
    },
    tensor2: {
      formula: '∂L/∂tensor2 = −upstream · value · tensor1 / tensor2²',
      saves: ['tensor1', 'tensor2'],
      rule: (g, { tensor1, tensor2, value }) => {
        const square = mul(tensor2, tensor2);
        return mulReversed(conj(div(mul(tensor1, value), square)), neg(g));
      },
    },
  },
});

function requireSame(self: Tensor, other: Tensor, name: string): void {
  if (self.dtype === other.dtype) return;
  const [expected, given] = [cppName(self.dtype), cppName(other.dtype)];
  throw runtimeError(`expected dtype ${expected} for \`${name}\` but got dtype ${given}`);
}

/** From the nearer end, so that the ends themselves come out exactly. */
const between = (x: number, y: number, w: number): number =>
  Math.abs(w) < 0.5 ? x + w * (y - x) : y - (y - x) * (1 - w);

function lerpKernel(self: Tensor, end: Tensor, weight: Tensor): Tensor {
  const { dtype } = self;
  const { data } = aligned([self, end, weight], dtype);
  const shape = [self, end, weight].map((tensor) => tensor.shape).reduce(broadcastShapes);
  const [x, y, w] = data as [NumberData, NumberData, NumberData];
  const out = emptyTensor(shape, dtype);
  const target = out.storage.data as NumberData;
  if (!isComplex(dtype)) for (let i = 0; i < target.length; i++) target[i] = between(x[i]!, y[i]!, w[i]!);
  else for (let i = 0; i < target.length; i += 2) lerpPair(target, x, y, w, i);
  return out;
}

function lerpPair(out: NumberData, x: NumberData, y: NumberData, w: NumberData, i: number): void {
  const near = Math.hypot(w[i]!, w[i + 1]!) < 0.5;
  const [re, im] = [y[i]! - x[i]!, y[i + 1]! - x[i + 1]!];
  const [p, q] = near ? [w[i]!, w[i + 1]!] : [w[i]! - 1, w[i + 1]!];
  const from = near ? x : y;
  out[i] = from[i]! + (p * re - q * im);
  out[i + 1] = from[i + 1]! + (p * im + q * re);
}

const rest = (weight: Tensor): Tensor => sub(wrapNumber(1n), weight);

define(lerpTensor, {
  variants: { inplace: true },
  out: strict((wanted, given) => `Found dtype ${given.scalar} but expected ${wanted.scalar}`),
  node: 'LerpBackward1',
  kernel: (self, end, weight) => {
    requireSame(self, end, 'end');
    requireSame(self, weight, 'weight');
    requireKernel(limits('lerp_kernel_tensor', 'bool', 'int', 'half'), self.dtype);
    return lerpKernel(self, end, weight);
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream · (1 − weight)',
      saves: ['weight'],
      rule: (g, { weight }) => mul(g, conj(rest(weight))),
    },
    end: {
      formula: '∂L/∂end = upstream · weight',
      saves: ['weight'],
      rule: (g, { weight }) => mul(g, conj(weight)),
    },
    weight: {
      formula: '∂L/∂weight = upstream · (end − self)',
      saves: ['self', 'end'],
      rule: (g, { self, end }) => mul(g, conj(sub(end, self))),
    },
  },
});

define(lerp, {
  variants: { inplace: true },
  kernel: (self, end, weight) => {
    requireSame(self, end, 'end');
    requireKernel(limits('lerp_kernel_scalar', 'bool', 'int', 'half'), self.dtype);
    if (weight instanceof Complex && weight.im !== 0 && !isComplex(self.dtype)) {
      throw runtimeError(`value cannot be converted to type ${cppName(self.dtype)} without overflow`);
    }
    return lerpKernel(self, end, wrapNumber(weight));
  },
  gradients: {
    self: {
      formula: '∂L/∂self = upstream · (1 − weight)',
      rule: (g, { weight }) => mul(g, lessThanOne(weight)),
    },
    end: { formula: '∂L/∂end = upstream · weight', rule: (g, { weight }) => mul(g, conjugateOf(weight)) },
  },
});

const conjugateOf = (weight: Scalar): Scalar =>
  weight instanceof Complex ? new Complex(weight.re, -weight.im) : Number(weight);

/** conj(1 − weight). */
const lessThanOne = (weight: Scalar): Scalar =>
  weight instanceof Complex ? new Complex(1 - weight.re, weight.im) : 1 - Number(weight);
