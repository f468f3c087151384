/** Numbers of distributions that are drawn by rejection: candidates are drawn until one is accepted. */
import type { Draw } from './distributions.ts';
import type { Generator } from './random.ts';
import { lgamma } from './special/gamma.ts';

/**
 * Marsaglia and Tsang, A simple method for generating gamma variables, 2000. Its constants are single-precision numbers in PyTorch, and
 * what is computed of alpha alone is rounded to alpha's dtype.
 */
export function gamma(generator: Generator, alpha: number, round: (x: number) => number): number {
  if (alpha === 0) return 0;
  const boost = alpha < 1 ? (1 - generator.uniformDouble()) ** round(1 / alpha) : 1;
  const d = round((alpha < 1 ? round(alpha + 1) : alpha) - THIRD);
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    let [x, y] = [0, 0];
    do {
      x = generator.normal();
      y = 1 + c * x;
    } while (y <= 0);
    const v = y * y * y;
    const u = 1 - generator.uniformDouble();
    const xx = x * x;
    if (u < 1 - SQUEEZE * xx * xx || Math.log(u) < 0.5 * xx + d * (1 - v + Math.log(v))) return boost * d * v;
  }
}
const THIRD = Math.fround(1 / 3);
const SQUEEZE = Math.fround(0.0331);

/** Products of uniform numbers where the mean is small (Knuth); else Hörmann, The transformed rejection method for Poisson variables, 1993. */
export function poisson(generator: Generator, lambda: number): number {
  if (lambda === 0) return 0;
  if (lambda >= 10) return poissonByRejection(generator, lambda);
  const least = Math.exp(-lambda);
  let count = 0;
  for (let product = generator.uniformDouble(); product > least; product *= generator.uniformDouble()) count++;
  return count;
}

function poissonByRejection(generator: Generator, lambda: number): number {
  const b = 0.931 + 2.53 * Math.sqrt(lambda);
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const bound = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = generator.uniformDouble() - 0.5;
    const v = generator.uniformDouble();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + lambda + 0.43);
    if (us >= 0.07 && v <= bound) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    const height = Math.log(v) + Math.log(inverseAlpha) - Math.log(a / (us * us) + b);
    if (height <= -lambda + k * Math.log(lambda) - lgamma(k + 1)) return k;
  }
}

/** Of the rarer outcome; by the waiting times between where few are expected, else by Hörmann's BTRS (1993). */
export function binomial(generator: Generator, count: number, prob: number): number {
  if (!(count > 0) || !(prob > 0)) return Number.isNaN(prob) ? Number.NaN : 0;
  if (prob >= 1) return count;
  if (prob > 0.5) return count - rarer(generator, count, 1 - prob);
  return rarer(generator, count, prob);
}

const rarer = (generator: Generator, count: number, prob: number): number =>
  (count * prob >= 10 ? binomialByRejection : binomialByWaiting)(() => generator.uniformDouble(), count, prob);

function binomialByWaiting(uniform: Draw, count: number, prob: number): number {
  const log = Math.log1p(-prob);
  let [sum, times] = [0, 0];
  for (;;) {
    sum += Math.ceil(Math.log(uniform()) / log);
    if (sum > count) return times;
    times++;
  }
}

function binomialByRejection(uniform: Draw, count: number, prob: number): number {
  const deviation = Math.sqrt(count * prob * (1 - prob));
  const b = 1.15 + 2.53 * deviation;
  const a = -0.0873 + 0.0248 * b + 0.01 * prob;
  const centre = count * prob + 0.5;
  const bound = 0.92 - 4.2 / b;
  const odds = prob / (1 - prob);
  const alpha = (2.83 + 5.1 / b) * deviation;
  const mode = Math.floor((count + 1) * prob);
  for (;;) {
    const u = uniform() - 0.5;
    const v = uniform();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + centre);
    if (us >= 0.07 && v <= bound) return k;
    if (k < 0 || k > count) continue;
    const height = Math.log((v * alpha) / (a / (us * us) + b));
    const most =
      (mode + 0.5) * Math.log((mode + 1) / (odds * (count - mode + 1))) +
      (count + 1) * Math.log((count - mode + 1) / (count - k + 1)) +
      (k + 0.5) * Math.log((odds * (count - k + 1)) / (k + 1)) +
      stirling(mode) +
      stirling(count - mode) -
      stirling(k) -
      stirling(count - k);
    if (height <= most) return k;
  }
}

/** What Stirling's formula leaves out of ln k!. */
function stirling(k: number): number {
  if (k <= 9) return TAILS[k]!;
  const square = (k + 1) * (k + 1);
  return (1 / 12 - (1 / 360 - 1 / 1260 / square) / square) / (k + 1);
}
const TAILS = [
  0.0810614667953272, 0.0413406959554092, 0.0276779256849983, 0.02079067210376509, 0.0166446911898211,
  0.0138761288230707, 0.0118967099458917, 0.010411265261972, 0.00925546218271273, 0.00833056343336287,
];
