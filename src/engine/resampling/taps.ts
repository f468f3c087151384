/**
 * Resampling along one dimension: which elements of a line of n each element of the new line of m is made of. A position is worked out in the
 * tensor's own precision, as PyTorch does: whether it falls on this side of an element or on the other depends on it.
 */
import { type AxisMap, selecting, type Tap, weighing } from '../axis-maps.ts';

/** How one dimension is resampled. */
export interface Resampling {
  /** Sizes before and after. */
  readonly n: number;
  readonly m: number;
  /** The first and the last elements' centres stay where they are, instead of the outer edges. */
  readonly alignCorners: boolean;
  /** The factor that the program gave; null: the sizes' quotient. */
  readonly factor: number | null;
  /** Rounds to the tensor's dtype: factors and weights. */
  readonly round: Round;
  /** Rounds to the precision of positions, which is float32 for half types. */
  readonly roundPosition: Round;
}

export type Round = (value: number) => number;

type Kernel = (distance: number, round: Round) => number;

const clampTo = (place: number, n: number): number => Math.min(Math.max(place, 0), n - 1);

/** How far apart new elements lie, in old ones. */
function stepOf({ n, m, alignCorners, factor, round }: Resampling): number {
  if (alignCorners) return m > 1 ? round((n - 1) / (m - 1)) : 0;
  return factor !== null && factor > 0 ? round(1 / factor) : round(n / m);
}

/** The position of a new element's centre among the old ones. */
function positionOf(i: number, step: number, { alignCorners, roundPosition }: Resampling): number {
  return alignCorners ? roundPosition(step * i) : roundPosition(roundPosition(step * (i + 0.5)) - 0.5);
}

/** The element at or before the position; PyTorch works in float32 for any dtype. */
export function nearest(given: Resampling): AxisMap {
  const { n, m } = given;
  const step = stepOf({ ...given, alignCorners: false, round: Math.fround });
  return selecting(
    n,
    Array.from({ length: m }, (_, i) => {
      if (m === n) return i;
      return m === 2 * n ? i >> 1 : Math.min(Math.floor(Math.fround(i * step)), n - 1);
    }),
  );
}

/** The element whose centre is nearest. */
export function nearestExact(given: Resampling): AxisMap {
  const { n, m } = given;
  const step = stepOf({ ...given, alignCorners: false, round: Math.fround });
  return selecting(
    n,
    Array.from({ length: m }, (_, i) => (m === n ? i : Math.min(Math.floor(Math.fround((i + 0.5) * step)), n - 1))),
  );
}

/** The two neighbours, by their distances. */
export function linear(given: Resampling): AxisMap {
  const { n, m, round } = given;
  const step = stepOf(given);
  const tapsOf = (_: unknown, i: number): Tap[] => {
    const position = Math.max(positionOf(i, step, given), 0);
    const first = m === n ? i : Math.min(Math.floor(position), n - 1);
    const share = m === n ? 0 : Math.min(Math.max(round(position - first), 0), 1);
    return [
      [first, round(1 - share)],
      [Math.min(first + 1, n - 1), share],
    ];
  };
  return weighing(n, Array.from({ length: m }, tapsOf));
}

/**
 * Convolution with a piecewise cubic of sharpness `a` (R. Keys, "Cubic convolution interpolation for digital image processing", 1981), by Horner's
 * rule, rounded as the dtype rounds.
 */
const cubicKernel =
  (a: number): Kernel =>
  (distance, round) => {
    const x = Math.abs(distance);
    if (x >= 2) return 0;
    const coefficients = x <= 1 ? [a + 2, -(a + 3), 0, 1] : [a, -5 * a, 8 * a, -4 * a];
    return coefficients.reduce((sum, one) => round(round(sum * x) + one), 0);
  };

const triangle: Kernel = (distance) => Math.max(0, 1 - Math.abs(distance));

/** The four neighbours; beyond the edge the edge's element stands. */
export function cubic(given: Resampling): AxisMap {
  const { n, m, round } = given;
  const step = stepOf(given);
  const weight = cubicKernel(-0.75);
  const tapsOf = (_: unknown, i: number): Tap[] => {
    const position = positionOf(i, step, given);
    const first = Math.floor(position);
    const share = round(position - first);
    return [-1, 0, 1, 2].map((k) => [clampTo(first + k, n), weight(round(share - k), round)] as const);
  };
  return weighing(n, Array.from({ length: m }, tapsOf));
}

/** Where a line gets shorter the kernel gets as much wider, so that every element counts (as in Pillow's `resize`). */
const widened =
  (kernel: Kernel, radius: number) =>
  (given: Resampling): AxisMap => {
    const { n, m, roundPosition } = given;
    const step = stepOf(given);
    const width = Math.max(step, 1);
    const tapsOf = (_: unknown, i: number): Tap[] => {
      const centre = roundPosition(step * (i + 0.5));
      const from = Math.max(Math.trunc(centre - radius * width + 0.5), 0);
      const to = Math.min(Math.trunc(centre + radius * width + 0.5), n);
      const places = Array.from({ length: Math.max(to - from, 0) }, (__, k) => from + k);
      const weights = places.map((place) => kernel((place - centre + 0.5) / width, given.round));
      const total = weights.reduce((sum, one) => sum + one, 0);
      return places.map((place, k) => [place, total === 0 ? weights[k]! : weights[k]! / total] as const);
    };
    return weighing(n, Array.from({ length: m }, tapsOf));
  };

export const linearWidened = widened(triangle, 1);
export const cubicWidened = widened(cubicKernel(-0.5), 2);
