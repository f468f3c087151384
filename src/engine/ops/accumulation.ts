/** How values that are written to one place come together: `scatter_reduce`, `index_reduce`, `scatter(reduce=)`. */
import { bool, type Data, type DType, int64, isFloating } from '../dtype.ts';
import type { Tensor } from '../tensor.ts';
import { div, mul } from './arithmetic.ts';
import { bitwiseAnd } from './bitwise.ts';
import { cast } from './cast.ts';
import { maskedFill, where } from './choice.ts';
import { eq } from './comparison.ts';
import { onesLike, zerosLike } from './raw.ts';

export type Reduction = 'sum' | 'prod' | 'mean' | 'amax' | 'amin';

type Combine = (before: number, value: number) => number;

const COMBINE: Readonly<Record<Reduction, Combine>> = {
  sum: (a, b) => a + b,
  mean: (a, b) => a + b,
  prod: (a, b) => a * b,
  amax: (a, b) => (a < b || Number.isNaN(b) ? b : a),
  amin: (a, b) => (a > b || Number.isNaN(b) ? b : a),
};

/** Reduces values into the elements `at`. Without self's own value a place begins with the first value that it is given. */
export function reduceAt(
  memory: Data,
  at: Int32Array,
  values: Data,
  dtype: DType,
  reduction: Reduction,
  includeSelf: boolean,
): void {
  if (dtype.lanes === 2) {
    reducePairsAt(memory as Float64Array, at, values as Float64Array, reduction, includeSelf);
    return;
  }
  const to = memory as Float64Array;
  const from = values as Float64Array;
  const counts = new Int32Array(memory.length).fill(includeSelf ? 1 : 0);
  const combine = COMBINE[reduction];
  for (let i = 0; i < at.length; i++) {
    const place = at[i]!;
    const value = counts[place] === 0 ? from[i]! : combine(to[place]!, from[i]!);
    to[place] = dtype === bool ? Number(Boolean(value)) : value;
    counts[place]!++;
  }
  if (reduction === 'mean') divideBy(memory, counts, dtype);
}

/** Of complex numbers, which have no extrema. */
function reducePairsAt(
  to: Float64Array,
  at: Int32Array,
  from: Float64Array,
  reduction: Reduction,
  includeSelf: boolean,
): void {
  const counts = new Int32Array(to.length / 2).fill(includeSelf ? 1 : 0);
  for (let i = 0; i < at.length; i++) {
    const [place, re, im] = [2 * at[i]!, from[2 * i]!, from[2 * i + 1]!];
    const [a, b] = counts[at[i]!]!++ === 0 ? NEUTRAL[reduction]! : [to[place]!, to[place + 1]!];
    if (reduction === 'prod') [to[place], to[place + 1]] = [a * re - b * im, a * im + b * re];
    else [to[place], to[place + 1]] = [a + re, b + im];
  }
  if (reduction !== 'mean') return;
  for (let i = 0; i < to.length; i++) to[i] = to[i]! / Math.max(counts[i >> 1]!, 1);
}

/** What a reduction begins with where self is left out. */
const NEUTRAL: Readonly<Partial<Record<Reduction, readonly [number, number]>>> = {
  sum: [0, 0],
  mean: [0, 0],
  prod: [1, 0],
};

function divideBy(memory: Data, counts: Int32Array, dtype: DType): void {
  for (let i = 0; i < memory.length; i++) {
    const count = counts[i]!;
    if (count < 2) continue;
    if (dtype === int64) memory[i] = floorDiv(memory[i] as bigint, BigInt(count));
    else memory[i] = isFloating(dtype) ? (memory[i] as number) / count : Math.floor((memory[i] as number) / count);
  }
}

function floorDiv(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b < 0n ? quotient - 1n : quotient;
}

/** An op that reduces src into self, as far as its derivative asks: by scattering, or slice by slice. */
export interface Reducer {
  /** self with the values added where they are written. */
  readonly addTo: (self: Tensor, values: Tensor) => Tensor;
  /** What lies where the values are written, in the shape of src. */
  readonly pick: (from: Tensor) => Tensor;
  /** self with zeros where values are written. */
  readonly clear: (self: Tensor) => Tensor;
  readonly reduce: (self: Tensor, src: Tensor) => Tensor;
}

/** Gradients by self and src. Ties among extrema share the gradient equally. */
export function reductionGradients(
  grad: Tensor,
  self: Tensor,
  src: Tensor,
  result: Tensor,
  reduction: Reduction,
  includeSelf: boolean,
  reducer: Reducer,
): readonly [Tensor, Tensor] {
  const [bySelf, bySrc] = GRADIENTS[reduction](grad, self, src, result, includeSelf, reducer);
  return [includeSelf ? bySelf : reducer.clear(bySelf), bySrc];
}

type Rule = (
  grad: Tensor,
  self: Tensor,
  src: Tensor,
  result: Tensor,
  includeSelf: boolean,
  reducer: Reducer,
) => readonly [Tensor, Tensor];

const sum: Rule = (grad, _self, _src, _result, _includeSelf, { pick }) => [grad, pick(grad)];

const mean: Rule = (grad, _self, src, _result, includeSelf, { addTo, pick }) => {
  const own = includeSelf ? onesLike(grad) : zerosLike(grad);
  const counts = addTo(own, onesLike(src));
  const divisor = maskedFill(counts, eq(counts, 0n), 1n);
  return [div(grad, divisor), div(pick(grad), pick(divisor))];
};

const extremum: Rule = (grad, self, src, result, _includeSelf, { addTo, pick }) => {
  const ownWins = cast(eq(self, result), self.dtype);
  const srcWins = cast(eq(src, pick(result)), self.dtype);
  const share = div(grad, addTo(ownWins, srcWins));
  return [mul(ownWins, share), mul(srcWins, pick(share))];
};

/** The product of the others: the result over the element, or reckoned without the element where that is the only zero. */
const product: Rule = (grad, self, src, result, _includeSelf, { addTo, pick, reduce }) => {
  const ownNoZero = maskedFill(self, eq(self, 0n), 1n);
  const bySelf = div(mul(grad, reduce(ownNoZero, src)), ownNoZero);
  const isZero = eq(src, 0n);
  const zeros = pick(addTo(zerosLike(self), cast(isZero, self.dtype)));
  const only = bitwiseAnd(isZero, eq(zeros, 1n));
  const without = reduce(self, maskedFill(src, only, 1n));
  const divisor = maskedFill(src, isZero, 1n);
  const divided = div(pick(mul(grad, result)), divisor);
  return [bySelf, where(only, pick(mul(grad, without)), divided)];
};

const GRADIENTS: Readonly<Record<Reduction, Rule>> = { sum, mean, prod: product, amax: extremum, amin: extremum };
