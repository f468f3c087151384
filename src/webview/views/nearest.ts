/** The box that an arrow key means: ahead in its direction, and as little aside as possible. */
import type { PlacedNode } from '../layout/index.ts';

const AXES: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowDown: [0, 1],
  ArrowUp: [0, -1],
};
const ASIDE = 2;

export function nearest(from: PlacedNode, all: readonly PlacedNode[], key: string): string | null {
  const axis = AXES[key];
  if (axis === undefined) return null;
  let best: string | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const to of all) {
    const cost = distance(from, to, axis);
    if (to.id !== from.id && cost < least) [best, least] = [to.id, cost];
  }
  return best;
}

function distance(from: PlacedNode, to: PlacedNode, [x, y]: readonly [number, number]): number {
  const dx = to.x + to.width / 2 - (from.x + from.width / 2);
  const dy = to.y + to.height / 2 - (from.y + from.height / 2);
  const ahead = dx * x + dy * y;
  const aside = Math.abs(dx * y) + Math.abs(dy * x);
  return ahead > 1 ? ahead + ASIDE * aside : Number.POSITIVE_INFINITY;
}
