/** Methods that fill a tensor with random numbers, and draws whose parameters are tensors. */

import { context } from '../context.ts';
import { cauchy, type Draw, exponential, geometric, logNormal, uniform, unit } from '../distributions.ts';
import {
  bool,
  type DType,
  float16,
  float32,
  float64,
  int64,
  isComplex,
  isFloating,
  realType,
  rounding,
} from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import type { Generator } from '../random.ts';
import { declare, define, type OutRule } from '../registry.ts';
import { broadcastShapes, type Shape } from '../shape.ts';
import { broadcastTo, convertScalars, type NumberData } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import { leaf, OPTIONS, sized, sizedLike } from './factory.ts';
import { limits, requireKernel } from './limits.ts';
import { coins, drawInto, integerRange, integers, normals, refuseInts } from './random.ts';
import { zerosLike } from './raw.ts';

const fillUniform = declare('uniform(Tensor self, float from=0, float to=1, *, Generator? generator=None) -> Tensor');
const fillNormal = declare('normal(Tensor self, float mean=0, float std=1, *, Generator? generator=None) -> Tensor');
const fillRandomFrom = declare('random.from(Tensor self, int from, int? to, *, Generator? generator=None) -> Tensor');
const fillRandomTo = declare('random.to(Tensor self, int to, *, Generator? generator=None) -> Tensor');
const fillRandom = declare('random(Tensor self, *, Generator? generator=None) -> Tensor');
const fillBernoulliTensor = declare('bernoulli.Tensor(Tensor self, Tensor p, *, Generator? generator=None) -> Tensor');
const fillBernoulli = declare('bernoulli.float(Tensor self, float p=0.5, *, Generator? generator=None) -> Tensor');
const bernoulli = declare('bernoulli(Tensor self, *, Generator? generator=None) -> Tensor');
const bernoulliOf = declare('bernoulli.p(Tensor self, float p, *, Generator? generator=None) -> Tensor');
const normalTensors = declare('normal.Tensor_Tensor(Tensor mean, Tensor std, *, Generator? generator=None) -> Tensor');
const normalMean = declare('normal.Tensor_float(Tensor mean, float std=1, *, Generator? generator=None) -> Tensor');
const normalStd = declare('normal.float_Tensor(float mean, Tensor std, *, Generator? generator=None) -> Tensor');
const normalSized = declare(
  `normal.float_float(float mean, float std, int[] size, ${OPTIONS}, Generator? generator=None) -> Tensor` as const,
);

const written = { variants: { namespace: null, method: false, inplace: true } } as const;
const nothing = { formula: '∂L/∂self = 0', rule: (g: Tensor) => zerosLike(g) };
const own = (generator: Generator | null): Generator => generator ?? context.generator;
/** New memory in the order in which self's is walked: what is drawn goes there first, then over self. */
const likeSelf = (self: Tensor): Tensor => sizedLike(self, null, null);

define(fillUniform, {
  ...written,
  kernel: (self, from, to, generator) => {
    refuseInts(self.dtype, 'check_uniform_bounds');
    if (from > to) {
      throw runtimeError(`uniform_ expects to return a [from, to) range, but found from=${from} > to=${to}`);
    }
    return drawInto(likeSelf(self), uniform(own(generator), realType(self.dtype), from, to));
  },
  gradients: { self: nothing },
});

function checkStd(std: number): void {
  if (!(std >= 0)) throw runtimeError(`normal expects std >= 0.0, but found std ${std}`);
}

define(fillNormal, {
  ...written,
  kernel: (self, mean, std, generator) => {
    checkStd(std);
    return normals(likeSelf(self), own(generator), mean, std);
  },
  gradients: { self: nothing },
});

function drawIntegers(self: Tensor, draw: () => bigint): Tensor {
  if (isComplex(self.dtype)) throw runtimeError(`"random_kernel_cpu" not implemented for '${self.dtype.scalar}'`);
  const out = likeSelf(self);
  const values = Array.from({ length: out.storage.data.length }, draw);
  convertScalars(values, out.storage.data, out.dtype);
  return out;
}

define(fillRandomFrom, {
  ...written,
  kernel: (self, from, to, generator) => {
    if (to !== null) return integers(likeSelf(self), from, to, own(generator));
    const span = integerRange(self.dtype)[1] - BigInt(from) + 1n;
    return drawIntegers(self, () => own(generator).below(span) + BigInt(from));
  },
  gradients: { self: nothing },
});
define(fillRandomTo, {
  ...written,
  kernel: (self, to, generator) => integers(likeSelf(self), 0, to, own(generator)),
  gradients: { self: nothing },
});
define(fillRandom, {
  ...written,
  kernel: (self, generator) => {
    const source = own(generator);
    const count = integerRange(self.dtype)[1] + 1n;
    const wide = self.dtype === int64 || self.dtype === float64;
    return drawIntegers(self, () => (wide ? source.random64() : BigInt(source.random32())) % count);
  },
  gradients: { self: nothing },
});

/** Methods with one or two parameters, in double precision whatever the dtype. */
function distribution(
  schema: 'x(Tensor self, float a=1, float b=1, *, Generator? generator=None) -> Tensor',
  kernelName: string,
  make: (generator: Generator, a: number, b: number) => Draw,
  check: (a: number, b: number) => void,
): void {
  define(declare(schema), {
    ...written,
    kernel: (self, a, b, generator) => {
      check(a, b);
      if (!isFloating(self.dtype)) throw runtimeError(`"${kernelName}" not implemented for '${self.dtype.scalar}'`);
      return drawInto(likeSelf(self), make(own(generator), a, b));
    },
    gradients: { self: nothing },
  });
}

type Two = Parameters<typeof distribution>[0];
distribution(
  'cauchy(Tensor self, float median=0, float sigma=1, *, Generator? generator=None) -> Tensor' as Two,
  'cauchy_cpu',
  cauchy,
  () => {},
);
distribution(
  'log_normal(Tensor self, float mean=1, float std=2, *, Generator? generator=None) -> Tensor' as Two,
  'log_normal_cpu',
  logNormal,
  (_, std) => {
    if (std <= 0) throw runtimeError(`log_normal_ expects std > 0.0, but found std=${std}`);
  },
);

define(declare('exponential(Tensor self, float lambd=1, *, Generator? generator=None) -> Tensor'), {
  ...written,
  kernel: (self, lambda, generator) => {
    if (lambda < 0) throw runtimeError(`exponential_ expects lambda >= 0.0, but found lambda=${lambda}`);
    if (!isFloating(self.dtype)) throw runtimeError(`"exponential_cpu" not implemented for '${self.dtype.scalar}'`);
    return drawInto(likeSelf(self), exponential(own(generator), lambda));
  },
  gradients: { self: nothing },
});
define(declare('geometric(Tensor self, float p, *, Generator? generator=None) -> Tensor'), {
  ...written,
  kernel: (self, p, generator) => {
    if (!(p > 0 && p < 1)) throw runtimeError(`geometric_ expects p to be in (0, 1), but got p=${p}`);
    if (isComplex(self.dtype) || self.dtype === bool)
      throw runtimeError(`"geometric_cpu" not implemented for '${self.dtype.scalar}'`);
    const out = likeSelf(self);
    const draw = geometric(own(generator), p);
    convertScalars(Array.from({ length: out.numel }, draw), out.storage.data, out.dtype);
    return out;
  },
  gradients: { self: nothing },
});

/** A one for each probability that a uniform number of its dtype's precision is below. */
function coinsOf(out: Tensor, p: Tensor, generator: Generator): Tensor {
  if (out.dtype === float16 || isComplex(out.dtype)) {
    throw runtimeError(`"bernoulli_tensor_cpu_self_" not implemented for '${out.dtype.scalar}'`);
  }
  if (!isFloating(p.dtype) || p.dtype === float16)
    throw runtimeError(`"bernoulli_tensor_cpu_p_" not implemented for '${p.dtype.scalar}'`);
  const chances = broadcastTo(p, out.shape, p.dtype) as NumberData;
  if (!chances.every((chance) => chance >= 0 && chance <= 1)) {
    throw runtimeError(
      'Expected p_in >= 0 && p_in <= 1 to be true, but got false.  (Could this error message be improved?  If so, please report an enhancement request to PyTorch.)',
    );
  }
  const draw = unit(generator, p.dtype === float64 ? float64 : float32);
  const row = emptyTensor(out.shape, out.dtype);
  convertScalars(
    Array.from(chances, (chance) => Number(draw() < chance)),
    row.storage.data,
    out.dtype,
  );
  return row;
}

/** The output is drawn into, whatever its dtype: no conversion. */
const anyButHalfAndComplex: OutRule = {
  check: ({ dtype }) => {
    requireKernel(limits('bernoulli_tensor_cpu_self_', 'half', 'complex'), dtype);
    return 'copy';
  },
};

define(fillBernoulli, {
  ...written,
  kernel: (self, p, generator) => coins(likeSelf(self), p, own(generator)),
  gradients: { self: nothing },
});
define(fillBernoulliTensor, {
  ...written,
  kernel: (self, p, generator) => coinsOf(self, p, own(generator)),
  gradients: {
    self: nothing,
    p: { formula: '∂L/∂p = 0', rule: (_, s) => emptyTensor(s.shapeOf(1), s.metaOf(1).dtype) },
  },
});
define(bernoulli, {
  out: anyButHalfAndComplex,
  kernel: (self, generator) => coinsOf(self, self, own(generator)),
  gradients: { self: nothing },
});
define(bernoulliOf, {
  node: 'BernoulliBackward2',
  kernel: (self, p, generator) => coins(likeSelf(self), p, own(generator)),
  gradients: { self: nothing },
});

function scaled(shape: Shape, dtype: DType, mean: Tensor | number, std: Tensor | number, generator: Generator): Tensor {
  const out = normals(emptyTensor(shape, dtype), generator, 0, 1);
  const data = out.storage.data as NumberData;
  const value = (of: Tensor | number): ((i: number) => number) => {
    if (typeof of === 'number') return () => of;
    const values = broadcastTo(of, shape, dtype) as NumberData;
    return (i) => values[i]!;
  };
  const [shift, scale] = [value(mean), value(std)];
  const round = rounding(dtype);
  for (let i = 0; i < data.length; i++) data[i] = round(round(data[i]!) * scale(i)) + shift(i);
  return out;
}

function checkStds(std: Tensor): void {
  if (isComplex(std.dtype)) throw runtimeError('normal expects standard deviation to be non-complex');
  if (!(broadcastTo(std, std.shape, std.dtype) as NumberData).every((one) => one >= 0)) {
    throw runtimeError('normal expects all elements of std >= 0.0');
  }
}

const zeroOf = (position: number) => ({
  formula: '∂L/∂mean = 0',
  rule: (_: Tensor, s: { shapeOf(i: number): Shape; metaOf(i: number): { dtype: DType } }) =>
    emptyTensor(s.shapeOf(position), s.metaOf(position).dtype),
});
const drawn = { variants: { method: false } } as const;

define(normalTensors, {
  ...drawn,
  node: 'NormalBackward3',
  kernel: (mean, std, generator) => {
    checkStds(std);
    return scaled(broadcastShapes(mean.shape, std.shape), mean.dtype, mean, std, own(generator));
  },
  gradients: { mean: zeroOf(0), std: zeroOf(1) },
});
define(normalMean, {
  ...drawn,
  node: 'NormalBackward1',
  kernel: (mean, std, generator) => {
    checkStd(std);
    return scaled(mean.shape, mean.dtype, mean, std, own(generator));
  },
  gradients: { mean: zeroOf(0) },
});
define(normalStd, {
  ...drawn,
  node: 'NormalBackward2',
  kernel: (mean, std, generator) => {
    checkStds(std);
    return scaled(std.shape, std.dtype, mean, std, own(generator));
  },
  gradients: { std: zeroOf(0) },
});
define(normalSized, {
  ...drawn,
  kernel: (mean, std, size, dtype, _, grad, generator) => {
    checkStd(std);
    return leaf(normals(sized(size, dtype ?? context.defaultDtype), own(generator), mean, std), grad);
  },
});
