/** How PyTorch's CPU makes numbers of a distribution out of uniform ones. Formulas: Devroye, Non-Uniform Random Variate Generation, 1986. */
import { bfloat16, type DType, float16, float64, rounding } from './dtype.ts';
import { fusedDouble } from './fused-double.ts';
import type { Generator } from './random.ts';
import { fused } from './single-math.ts';

export type Draw = () => number;

/** Bits of a uniform number: those of the dtype's fraction. */
const digits = (dtype: DType): number => (dtype === float16 ? 11 : dtype === bfloat16 ? 8 : 24);

/** Uniform on [0, 1) in the precision of a floating dtype. */
export function unit(generator: Generator, dtype: DType): Draw {
  if (dtype === float64) return () => generator.uniformDouble();
  const scale = 2 ** digits(dtype);
  return () => (generator.random32() & (scale - 1)) / scale;
}

/** The bounds are of the dtype, and the last step is one fused multiply-add, as PyTorch's loops are compiled. */
export function uniform(generator: Generator, dtype: DType, from: number, to: number): Draw {
  const draw = unit(generator, dtype);
  if (dtype === float64) return () => fusedDouble(draw(), to - from, from);
  const round = rounding(dtype);
  const low = round(from);
  const span = round(round(to) - low);
  return () => fused(draw(), span, low);
}

export const normal =
  (generator: Generator, mean: number, std: number): Draw =>
  () =>
    generator.normal() * std + mean;

export const exponential =
  (generator: Generator, lambda: number): Draw =>
  () =>
    (-1 / lambda) * Math.log1p(-generator.uniformDouble());

/** Trials up to the first success. */
export const geometric =
  (generator: Generator, p: number): Draw =>
  () =>
    Math.ceil(Math.log(generator.uniformDouble()) / Math.log1p(-p));

export const cauchy =
  (generator: Generator, median: number, sigma: number): Draw =>
  () =>
    median + sigma * Math.tan(Math.PI * (generator.uniformDouble() - 0.5));

export const logNormal =
  (generator: Generator, mean: number, std: number): Draw =>
  () =>
    Math.exp(generator.normal() * std + mean);
