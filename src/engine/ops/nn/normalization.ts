/**
 * What batch, layer and group normalisation have in common: y = x̂ · weight + bias with x̂ = (x − mean) · σ⁻¹, where mean and variance are
 * taken over a set of elements (Ioffe and Szegedy 2015, arXiv:1502.03167; Ba et al. 2016, arXiv:1607.06450).
 */
import { runtimeError } from '../../errors.ts';
import { numel } from '../../shape.ts';
import type { NumberData } from '../../strided.ts';
import { emptyTensor, type Tensor } from '../../tensor.ts';
import { add, mul, sub } from '../arithmetic.ts';
import { rsqrt } from '../exponential.ts';
import { meanDim, sumDim } from '../reduction.ts';

/** Elements `start + o · jump + i`, o < outer, i < inner, are normalised together. */
export interface Group {
  readonly outer: number;
  readonly jump: number;
  readonly inner: number;
}

/** Mean and squared distances to it, summed, in double precision. */
export function moments(x: NumberData, start: number, { outer, jump, inner }: Group): readonly [number, number] {
  const n = outer * inner;
  let sum = 0;
  for (let o = 0; o < outer; o++) {
    const from = start + o * jump;
    for (let i = from; i < from + inner; i++) sum += x[i]!;
  }
  const mean = sum / n;
  let squares = 0;
  for (let o = 0; o < outer; o++) {
    const from = start + o * jump;
    for (let i = from; i < from + inner; i++) squares += (x[i]! - mean) ** 2;
  }
  return [mean, squares];
}

/** y = x · scale + shift, rounded once: fused multiply-add, as PyTorch's loops are compiled. */
export function affine(x: NumberData, y: NumberData, from: number, count: number, scale: number, shift: number): void {
  for (let i = from; i < from + count; i++) y[i] = x[i]! * scale + shift;
}

/** The three gradients of a normalisation, and what their own gradients come from. */
export interface Cotangents {
  readonly input: Tensor | null;
  readonly weight: Tensor | null;
  readonly bias: Tensor | null;
}

/**
 * Derivatives of the backward function, by the upstream gradient g, the input and the weight, in differentiable ops. `dims` are normalised
 * together; weight and the cotangents of weight and bias are in a shape that broadcasts against the input; the result by weight is
 * in the input's shape, to be summed.
 *
 * With G = g · weight and P(v) = v − mean(v) − x̂ · mean(v · x̂), the backward function is σ⁻¹ P(G), Σ g x̂, Σ g.
 */
export function doubleBackward(
  g: Tensor,
  x: Tensor,
  weight: Tensor | null,
  { input: byInput, weight: byWeight, bias: byBias }: Cotangents,
  dims: readonly number[],
  eps: number,
): readonly [Tensor, Tensor, Tensor | null] {
  const average = (v: Tensor): Tensor => meanDim(v, dims, true);
  const centred = sub(x, average(x));
  const invstd = rsqrt(add(average(mul(centred, centred)), eps));
  const unit = mul(centred, invstd);
  const project = (v: Tensor): Tensor => sub(sub(v, average(v)), mul(unit, average(mul(v, unit))));
  const scaled = weight === null ? g : mul(g, weight);
  const count = numel(dims.map((d) => x.shape[d]!));

  let onG: Tensor = zero(x);
  let onX: Tensor = zero(x);
  let onWeight: Tensor | null = null;
  if (byInput !== null) {
    const through = mul(project(byInput), invstd);
    onG = weight === null ? through : mul(through, weight);
    onWeight = mul(through, g);
    const mixed = add(mul(byInput, average(mul(scaled, unit))), mul(scaled, average(mul(byInput, unit))));
    const size = sumDim(mul(byInput, project(scaled)), dims, true);
    const shrink = mul(mul(unit, mul(size, mul(invstd, invstd))), 1 / count);
    onX = sub(mul(project(mul(mixed, mul(invstd, -1n))), invstd), shrink);
  }
  if (byWeight !== null) {
    onG = add(onG, mul(unit, byWeight));
    onX = add(onX, mul(project(mul(g, byWeight)), invstd));
  }
  if (byBias !== null) onG = add(onG, byBias);
  return [onG, onX, onWeight];
}

const zero = (like: Tensor): Tensor => emptyTensor(like.shape, like.dtype);

export function sameFloat(input: Tensor, others: readonly (Tensor | null)[]): void {
  for (const other of others) {
    if (other !== null && other.dtype !== input.dtype) {
      throw runtimeError(`expected scalar type ${input.dtype.scalar} but found ${other.dtype.scalar}`);
    }
  }
}
