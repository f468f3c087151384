/** Puts the parts of a graph beside and below each other, in their order. */
import type { Direction, Point, Size } from './types.ts';

const GAP = 56;
const ASPECT = 1.4;

export function packRows(parts: readonly Size[], direction: Direction): Point[] {
  const area = parts.reduce((sum, { width, height }) => sum + (width + GAP) * (height + GAP), 0);
  const widest = parts.reduce((max, { width }) => Math.max(max, width), 0);
  const limit = Math.max(widest, Math.sqrt(area * (direction === 'right' ? ASPECT : 1 / ASPECT)));
  let x = 0;
  let y = 0;
  let rowHeight = 0;
  return parts.map(({ width, height }) => {
    if (x > 0 && x + width > limit) {
      x = 0;
      y += rowHeight + GAP;
      rowHeight = 0;
    }
    const origin = { x, y };
    x += width + GAP;
    rowHeight = Math.max(rowHeight, height);
    return origin;
  });
}
