/** The elements around a position along one dimension: their weights, and how these change as the position moves. */
import { roundEven } from '../narrow.ts';
import { type Aim, inside, type Place, unnormalised } from './positions.ts';

export type Sampling = 'bilinear' | 'nearest' | 'bicubic';

/** One element: its number, its weight, and the weight's derivative by what the grid says. Elements that do not exist are left out. */
export interface Part {
  readonly at: number;
  readonly weight: number;
  readonly slope: number;
}

export function partsOf(value: number, n: number, mode: Sampling, aim: Aim): readonly Part[] {
  const place = unnormalised(value, n, aim);
  const [position, slope] = mode === 'bicubic' ? place : inside(place, n, aim);
  if (!Number.isFinite(position)) return [{ at: 0, weight: Number.NaN, slope: Number.NaN }];
  if (mode === 'nearest') return existing([{ at: roundEven(position), weight: 1, slope: 0 }], n);
  const first = Math.floor(position);
  const share = position - first;
  if (mode === 'bicubic') return cubicParts(first, share, slope, n, aim);
  const both = [
    { at: first, weight: 1 - share, slope: -slope },
    { at: first + 1, weight: share, slope },
  ];
  return existing(both, n);
}

const existing = (parts: readonly Part[], n: number): Part[] => parts.filter(({ at }) => at >= 0 && at < n);

/** Four neighbours; those beyond the image stand where the border puts them. */
function cubicParts(first: number, share: number, slope: number, n: number, aim: Aim): Part[] {
  const parts = [-1, 0, 1, 2].map((k) => {
    const [at] = inside([first + k, 1] satisfies Place, n, aim);
    const [weight, change] = cubic(share - k);
    return { at, weight, slope: change * slope };
  });
  return existing(parts, n);
}

const SHARPNESS = -0.75;

/** Keys' cubic (1981) at a distance, and its derivative. */
function cubic(distance: number): [weight: number, slope: number] {
  const [a, x, sign] = [SHARPNESS, Math.abs(distance), distance < 0 ? -1 : 1];
  if (x <= 1) return [((a + 2) * x - (a + 3)) * x * x + 1, sign * (3 * (a + 2) * x - 2 * (a + 3)) * x];
  return [((a * x - 5 * a) * x + 8 * a) * x - 4 * a, sign * ((3 * a * x - 10 * a) * x + 8 * a)];
}
