/** Rectangles and what lies in them. */
import type { PlacedEdge, Rect } from './types.ts';

export function overlaps(a: Rect, b: Rect): boolean {
  return a.x <= b.x + b.width && b.x <= a.x + a.width && a.y <= b.y + b.height && b.y <= a.y + a.height;
}

const known = new WeakMap<PlacedEdge, Rect>();

/** Around a line, without its label. */
export function boundsOf(edge: PlacedEdge): Rect {
  const made = known.get(edge) ?? makeBounds(edge);
  known.set(edge, made);
  return made;
}

function makeBounds({ points }: PlacedEdge): Rect {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y } of points) {
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < top) top = y;
    if (y > bottom) bottom = y;
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}
