/** How PyTorch's CPU makes numbers of a distribution out of uniform ones. Formulas: Devroye, Non-Uniform Random Variate Generation, 1986. */
import { bfloat16, type DType, float16, float64 } from './dtype.ts';
import type { Generator } from './random.ts';

export type Draw = () => number;

/** Bits of a uniform number: those of the dtype's fraction. */
const digits = (dtype: DType): number => (dtype === float16 ? 11 : dtype === bfloat16 ? 8 : 24);

/** Uniform on [0, 1) in the precision of a floating dtype. */
export function unit(generator: Generator, dtype: DType): Draw {
  if (dtype === float64) return () => generator.uniformDouble();
  const scale = 2 ** digits(dtype);
  return () => (generator.random32() & (scale - 1)) / scale;
}

export const uniform = (generator: Generator, dtype: DType, from: number, to: number): Draw => {
  const draw = unit(generator, dtype);
  if (dtype === float64) return () => draw() * (to - from) + from;
  const [low, span] = [Math.fround(from), Math.fround(Math.fround(to) - Math.fround(from))];
  return () => Math.fround(Math.fround(draw() * span) + low);
};

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
