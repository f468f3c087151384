/** Ops that draw from the generator. */
import { context } from '../context.ts';
import { type DType, float32, int64, isFloating } from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { fillNormal } from '../random.ts';
import { declare, define } from '../registry.ts';
import type { Shape } from '../shape.ts';
import { convertScalars } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import { div, mul } from './arithmetic.ts';
import { leaf, sized } from './factory.ts';

const rand = declare(
  'rand(int[] size, *, ScalarType? dtype=None, Device? device=None, bool requires_grad=False) -> Tensor',
);
const randn = declare(
  'randn(int[] size, *, ScalarType? dtype=None, Device? device=None, bool requires_grad=False) -> Tensor',
);
const randLike = declare(
  'rand_like(Tensor self, *, ScalarType? dtype=None, Device? device=None, bool requires_grad=False) -> Tensor',
);
const randnLike = declare(
  'randn_like(Tensor self, *, ScalarType? dtype=None, Device? device=None, bool requires_grad=False) -> Tensor',
);
const randint = declare(
  'randint(int high, int[] size, *, ScalarType? dtype=None, Device? device=None, bool requires_grad=False) -> Tensor',
);
const randintFrom = declare(
  'randint.low(int low, int high, int[] size, *, ScalarType? dtype=None, Device? device=None, bool requires_grad=False) -> Tensor',
);
const randperm = declare(
  'randperm(int n, *, ScalarType? dtype=None, Device? device=None, bool requires_grad=False) -> Tensor',
);
const uniform = declare('uniform(Tensor self, float from=0, float to=1) -> Tensor');
const normal = declare('normal(Tensor self, float mean=0, float std=1) -> Tensor');
const bernoulli = declare('bernoulli.p(Tensor self, float p=0.5) -> Tensor');
const dropout = declare('dropout(Tensor input, float p=0.5, bool training=True) -> Tensor');

const creates = { variants: { method: false } } as const;
const written = { variants: { namespace: null, method: false, inplace: true } } as const;

function refuseInts(dtype: DType, name: string): void {
  if (!isFloating(dtype)) throw runtimeError(`"${name}" not implemented for '${dtype.scalar}'`);
}

function uniforms(shape: Shape, dtype: DType, from = 0, to = 1): Tensor {
  refuseInts(dtype, 'check_uniform_bounds');
  const out = sized(shape, dtype);
  const { data } = out.storage;
  const round = dtype === float32 ? Math.fround : (value: number) => value;
  const draw = (): number => (dtype === float32 ? context.generator.uniformFloat() : context.generator.uniformDouble());
  const span = round(round(to) - round(from));
  for (let i = 0; i < data.length; i++) data[i] = round(draw() * span) + round(from);
  return out;
}

function normals(shape: Shape, dtype: DType): Tensor {
  refuseInts(dtype, 'normal_kernel_cpu');
  const out = sized(shape, dtype);
  fillNormal(out.storage.data as Float32Array | Float64Array, context.generator);
  return out;
}

define(rand, {
  ...creates,
  kernel: (size, dtype, _, grad) => leaf(uniforms(size, dtype ?? context.defaultDtype), grad),
});
define(randn, {
  ...creates,
  kernel: (size, dtype, _, grad) => leaf(normals(size, dtype ?? context.defaultDtype), grad),
});
define(randLike, {
  ...creates,
  kernel: (self, dtype, _, grad) => leaf(uniforms(self.shape, dtype ?? self.dtype), grad),
});
define(randnLike, {
  ...creates,
  kernel: (self, dtype, _, grad) => leaf(normals(self.shape, dtype ?? self.dtype), grad),
});

function integers(low: number, high: number, size: Shape, dtype: DType | null): Tensor {
  if (low >= high) throw runtimeError(`random_ expects 'from' to be less than 'to', but got from=${low} >= to=${high}`);
  const out = sized(size, dtype ?? int64);
  const span = BigInt(high) - BigInt(low);
  const values = Array.from({ length: out.numel }, () => context.generator.below(span) + BigInt(low));
  convertScalars(values, out.storage.data, out.dtype);
  return out;
}

define(randint, { ...creates, kernel: (high, size, dtype, _, grad) => leaf(integers(0, high, size, dtype), grad) });
define(randintFrom, {
  ...creates,
  kernel: (low, high, size, dtype, _, grad) => leaf(integers(low, high, size, dtype), grad),
});

define(randperm, {
  ...creates,
  kernel: (n, dtype, _, grad) => {
    const values = Array.from({ length: n }, (_, i) => i);
    for (let i = 0; i < n - 1; i++) {
      const other = i + (context.generator.random32() % (n - i));
      [values[i], values[other]] = [values[other]!, values[i]!];
    }
    const out = emptyTensor([n], dtype ?? int64);
    convertScalars(values, out.storage.data, out.dtype);
    return leaf(out, grad);
  },
});

const nothing = { formula: '∂L/∂self = 0', rule: (g: Tensor) => mul(g, 0n) };

define(uniform, {
  ...written,
  kernel: (self, from, to) => uniforms(self.shape, self.dtype, from, to),
  gradients: { self: nothing },
});
define(normal, {
  ...written,
  kernel: (self, mean, std) => {
    const out = normals(self.shape, self.dtype);
    const { data } = out.storage;
    const round = self.dtype === float32 ? Math.fround : (value: number) => value;
    for (let i = 0; i < data.length; i++) data[i] = round((data[i] as number) * round(std)) + round(mean);
    return out;
  },
  gradients: { self: nothing },
});

function coins(like: Tensor, p: number): Tensor {
  if (p < 0 || p > 1) throw runtimeError(`bernoulli_ expects p to be in [0, 1], but got p=${p}`);
  const out = emptyTensor(like.shape, like.dtype);
  const values = Array.from({ length: out.numel }, () => context.generator.uniformDouble() < p);
  convertScalars(values.map(Number), out.storage.data, out.dtype);
  return out;
}

define(bernoulli, { ...written, kernel: coins, gradients: { self: nothing } });

define(dropout, {
  variants: { namespace: 'nn.functional', method: false },
  composite: true,
  kernel: (input, p, training) => {
    if (p < 0 || p > 1) throw runtimeError(`dropout probability has to be between 0 and 1, but got ${p}`);
    if (!training || p === 0 || input.numel === 0) return input;
    if (p === 1) return mul(input, emptyTensor([], input.dtype));
    const kept = div.def!.kernel(coins(input, 1 - p), scale(1 - p, input.dtype)) as Tensor;
    return mul(input, kept);
  },
});

function scale(value: number, dtype: DType): Tensor {
  const tensor = emptyTensor([], dtype);
  tensor.storage.data[0] = value;
  return tensor;
}
