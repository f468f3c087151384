/**
 * Where a sampling grid points to: positions along one dimension, and how fast they move. Grids go from −1 to 1 over the image (Jaderberg et al.,
 * "Spatial transformer networks", 2015).
 */

export type Border = 'zeros' | 'border' | 'reflection';

/** What to do with positions along dimensions, and with those that lie beyond. */
export interface Aim {
  readonly border: Border;
  /** −1 and 1 are the centres of the first and the last elements, instead of their outer edges. */
  readonly alignCorners: boolean;
}

/** A position and its derivative by what the grid says. */
export type Place = [position: number, slope: number];

/** Of `n` elements, before anything is done about those that do not exist. */
export function unnormalised(value: number, n: number, { alignCorners }: Aim): Place {
  if (alignCorners) return [((value + 1) / 2) * (n - 1), (n - 1) / 2];
  return [((value + 1) * n - 1) / 2, n / 2];
}

/** The position inside the image that stands for one beyond it. Where it is held at an edge it does not move. */
export function inside([position, slope]: Place, n: number, { border, alignCorners }: Aim): Place {
  if (border === 'zeros') return [position, slope];
  const [at, turn] = border === 'reflection' ? reflected(position, n, alignCorners) : [position, 1];
  if (!(at > 0)) return [0, 0];
  return at >= n - 1 ? [n - 1, 0] : [at, slope * turn];
}

/** Mirrored at both ends as often as need be: at the centres of the outer elements or at their edges. */
function reflected(position: number, n: number, alignCorners: boolean): Place {
  const [low, span] = alignCorners ? [0, n - 1] : [-0.5, n];
  if (span === 0) return [0, 0];
  const from = position - low;
  const far = Math.abs(from);
  const turns = Math.floor(far / span);
  const rest = far - turns * span;
  const sign = from < 0 ? -1 : 1;
  return turns % 2 === 0 ? [rest + low, sign] : [span - rest + low, -sign];
}
