/** Tensors of random numbers. */
import { context } from '../context.ts';
import { unit } from '../distributions.ts';
import {
  bfloat16,
  bool,
  cppName,
  type DType,
  float16,
  float64,
  int64,
  isComplex,
  isFloating,
  realType,
  uint8,
} from '../dtype.ts';
import { runtimeError } from '../errors.ts';
import { fillNormal } from '../normal-fill.ts';
import type { Generator } from '../random.ts';
import { declare, define } from '../registry.ts';
import { convertScalars, type NumberData } from '../strided.ts';
import { emptyTensor, type Tensor } from '../tensor.ts';
import { checkSizes, creates, LIKE, leaf, OPTIONS, sized, sizedLike } from './factory.ts';

/** `OPTIONS` and whose numbers are drawn. */
const DRAWN = `${OPTIONS}, Generator? generator=None` as const;

export const rand = declare(`rand(int[] size, ${DRAWN}) -> Tensor` as const);
export const randn = declare(`randn(int[] size, ${DRAWN}) -> Tensor` as const);
const randLike = declare(`rand_like(Tensor self, ${LIKE}) -> Tensor` as const);
const randnLike = declare(`randn_like(Tensor self, ${LIKE}) -> Tensor` as const);
const randint = declare(`randint(int high, int[] size, ${DRAWN}) -> Tensor` as const);
const randintFrom = declare(`randint.low(int low, int high, int[] size, ${DRAWN}) -> Tensor` as const);
const randintLike = declare(`randint_like(Tensor self, int high, ${LIKE}) -> Tensor` as const);
const randintLikeFrom = declare(`randint_like.low_dtype(Tensor self, int low, int high, ${LIKE}) -> Tensor` as const);
const randperm = declare(`randperm(int n, ${DRAWN}) -> Tensor` as const);

export function refuseInts(dtype: DType, name: string): void {
  if (!isFloating(dtype) && !isComplex(dtype)) throw runtimeError(`"${name}" not implemented for '${dtype.scalar}'`);
}

/** Fills new memory in its own order. The parts of complex numbers are drawn one after the other. */
export function drawInto(out: Tensor, draw: () => number): Tensor {
  const data = out.storage.data as NumberData;
  for (let i = 0; i < data.length; i++) data[i] = draw();
  return out;
}

function uniforms(out: Tensor, generator: Generator): Tensor {
  refuseInts(out.dtype, 'check_uniform_bounds');
  return drawInto(out, unit(generator, realType(out.dtype)));
}

/** Normals over new memory, in blocks where it is contiguous and not small. The parts of complex ones have half the variance each. */
export function normals(out: Tensor, generator: Generator, mean: number, std: number): Tensor {
  refuseInts(out.dtype, 'normal_kernel_cpu');
  const data = out.storage.data as NumberData;
  const scale = isComplex(out.dtype) ? std / Math.SQRT2 : std;
  if (data.length >= 16 && out.isContiguous) fillNormal(data, realType(out.dtype), generator, mean, scale);
  else drawInto(out, () => generator.normal() * scale + mean);
  return out;
}

const floating = (dtype: DType | null): DType => dtype ?? context.defaultDtype;
const own = (generator: Generator | null): Generator => generator ?? context.generator;

define(rand, {
  ...creates,
  kernel: (size, dtype, _, grad, generator) => leaf(uniforms(sized(size, floating(dtype)), own(generator)), grad),
});
define(randn, {
  ...creates,
  kernel: (size, dtype, _, grad, generator) => leaf(normals(sized(size, floating(dtype)), own(generator), 0, 1), grad),
});
define(randLike, {
  ...creates,
  kernel: (self, dtype, _, grad, format) => leaf(uniforms(sizedLike(self, dtype, format), context.generator), grad),
});
define(randnLike, {
  ...creates,
  kernel: (self, dtype, _, grad, format) =>
    leaf(normals(sizedLike(self, dtype, format), context.generator, 0, 1), grad),
});

/** The least and the greatest int of a dtype; of floating ones the range in which all ints have a value of their own. */
export function integerRange(dtype: DType): readonly [bigint, bigint] {
  if (dtype === bool) return [0n, 1n];
  if (dtype === uint8) return [0n, 255n];
  if (dtype.category === 1) {
    const half = 2n ** BigInt(dtype.bytes * 8 - 1);
    return [-half, half - 1n];
  }
  const top = 2n ** (dtype === float64 ? 53n : dtype === float16 ? 11n : dtype === bfloat16 ? 8n : 24n);
  return [-top, top];
}

/** Past the ints that a floating dtype holds exactly PyTorch warns; past what other dtypes hold it refuses. */
function checkBounds(dtype: DType, low: bigint, high: bigint): void {
  if (isComplex(dtype)) {
    throw runtimeError('check_random_bounds handles only integral, floating-point and boolean types');
  }
  const [least, most] =
    dtype === float16 ? [-65504n, 65504n] : isFloating(dtype) ? [-(2n ** 127n), 2n ** 127n] : integerRange(dtype);
  if (low < least || low > most) throw runtimeError(`from is out of bounds for ${cppName(dtype)}`);
  if (high - 1n < least || high - 1n > most) {
    throw runtimeError(`to - 1 is out of bounds for ${cppName(dtype)}`);
  }
}

export function integers(out: Tensor, low: number, high: number, generator: Generator): Tensor {
  checkBounds(out.dtype, BigInt(low), BigInt(high));
  if (low >= high) throw runtimeError(`random_ expects 'from' to be less than 'to', but got from=${low} >= to=${high}`);
  const span = BigInt(high) - BigInt(low);
  const values = Array.from({ length: out.numel }, () => generator.below(span) + BigInt(low));
  convertScalars(values, out.storage.data, out.dtype);
  return out;
}

define(randint, {
  ...creates,
  kernel: (high, size, dtype, _, grad, generator) =>
    leaf(integers(sized(size, dtype ?? int64), 0, high, own(generator)), grad),
});
define(randintFrom, {
  ...creates,
  kernel: (low, high, size, dtype, _, grad, generator) =>
    leaf(integers(sized(size, dtype ?? int64), low, high, own(generator)), grad),
});
define(randintLike, {
  ...creates,
  kernel: (self, high, dtype, _, grad, format) =>
    leaf(integers(sizedLike(self, dtype, format), 0, high, context.generator), grad),
});
define(randintLikeFrom, {
  ...creates,
  kernel: (self, low, high, dtype, _, grad, format) =>
    leaf(integers(sizedLike(self, dtype, format), low, high, context.generator), grad),
});

/** Fisher and Yates' shuffle, from the front. */
define(randperm, {
  ...creates,
  kernel: (n, dtype, _, grad, generator) => {
    checkSizes([n]);
    if (dtype !== null && isComplex(dtype)) throw runtimeError(`"randperm" not implemented for '${dtype.scalar}'`);
    const values = Array.from({ length: n }, (_, i) => i);
    for (let i = 0; i < n - 1; i++) {
      const other = i + (own(generator).random32() % (n - i));
      [values[i], values[other]] = [values[other]!, values[i]!];
    }
    const out = emptyTensor([n], dtype ?? int64);
    convertScalars(values, out.storage.data, out.dtype);
    return leaf(out, grad);
  },
});

/** Ones with probability p, over new memory. */
export function coins(out: Tensor, p: number, generator: Generator): Tensor {
  if (!(p >= 0 && p <= 1)) throw runtimeError(`bernoulli_ expects p to be in [0, 1], but got p=${p}`);
  if (out.dtype === float16 || isComplex(out.dtype)) {
    throw runtimeError(`"bernoulli_scalar_cpu_" not implemented for '${out.dtype.scalar}'`);
  }
  if (isFloating(out.dtype)) return drawInto(out, () => Number(generator.uniformDouble() < p));
  const values = Array.from({ length: out.numel }, () => Number(generator.uniformDouble() < p));
  convertScalars(values, out.storage.data, out.dtype);
  return out;
}
